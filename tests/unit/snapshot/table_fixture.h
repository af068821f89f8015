// Tables for the tests of snapshot.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "schema/definitions.h"
#include "snapshot/table_shape.h"

namespace penstock::snapshot {

inline schema::ColumnDefinition column(std::string name, std::string type,
                                       std::string character_set = {}) {
    schema::ColumnDefinition made;
    made.name = std::move(name);
    made.type = std::move(type);
    made.data_type = made.type.substr(0, made.type.find_first_of("( "));
    made.character_set = std::move(character_set);
    return made;
}

inline schema::TableDefinition table(std::vector<schema::ColumnDefinition> columns,
                                     std::vector<std::string> key) {
    schema::TableDefinition made;
    made.schema = "shop";
    made.name = "orders";
    made.engine = "InnoDB";
    made.columns = std::move(columns);
    made.key = std::move(key);
    if (!made.key.empty()) made.key_index = "PRIMARY";
    return made;
}

inline TableShape shape(std::vector<schema::ColumnDefinition> columns,
                        std::vector<std::string> key) {
    return make_table_shape(table(std::move(columns), std::move(key))).value();
}

}  // namespace penstock::snapshot
