// Table text: takes the output of SHOW CREATE TABLE apart, byte for byte. Pure, any thread.
//
// The text must have been produced in a session without ANSI_QUOTES and NO_BACKSLASH_ESCAPES.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "penstock/result.h"

namespace penstock::schema {

struct ForeignKeyText {
    std::string name;
    std::string definition;  // "CONSTRAINT `name` FOREIGN KEY (…) REFERENCES …"
};

struct TableText {
    std::string without_foreign_keys;
    std::vector<ForeignKeyText> foreign_keys;
};

[[nodiscard]] Result<TableText> split_foreign_keys(std::string_view create_sql);

// The text as it is compared: without the table option AUTO_INCREMENT=n, which moves with every
// insert, and without a column's CHARACTER SET where COLLATE follows, which says the same: the
// server prints it or not depending on how the column was once declared.
[[nodiscard]] std::string comparable_table_text(std::string_view create_sql);

}  // namespace penstock::schema
