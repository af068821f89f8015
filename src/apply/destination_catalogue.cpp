#include "apply/destination_catalogue.h"

#include <fmt/format.h>
#include <algorithm>

namespace penstock::apply {
namespace {

using mysql::Connection;

// Tables tied together, found by joining them two by two.
class Families {
public:
    using Name = std::pair<std::string, std::string>;

    void tie(const Name& a, const Name& b) {
        const std::size_t below = root(a);
        const std::size_t above = root(b);
        above_[root_of(below)] = above;
    }

    [[nodiscard]] std::map<Name, std::uint32_t> numbered() {
        std::map<Name, std::uint32_t> numbers;
        for (const auto& [name, place] : places_) {
            numbers[name] = static_cast<std::uint32_t>(root_of(place) + 1);
        }
        return numbers;
    }

private:
    std::size_t root(const Name& name) {
        const auto [found, is_new] = places_.try_emplace(name, above_.size());
        if (is_new) above_.push_back(found->second);
        return root_of(found->second);
    }
    [[nodiscard]] std::size_t root_of(std::size_t place) {
        while (above_[place] != place) place = above_[place] = above_[above_[place]];
        return place;
    }

    std::map<Name, std::size_t> places_;
    std::vector<std::size_t> above_;
};

}  // namespace

Result<mysql::ResultSet> DestinationCatalogue::query(const std::string& sql) {
    if (!connection_) {
        mysql::SessionOptions options;
        // Else the column of an invisible primary key that the server made would be left out.
        options.setup = {"SET SESSION show_gipk_in_create_table_and_information_schema=ON"};
        PENSTOCK_ASSIGN(connection_, Connection::open(destination_, options));
    }
    return connection_->query(sql);
}

Result<void> DestinationCatalogue::read_families() {
    PENSTOCK_ASSIGN(
        const mysql::ResultSet rows,
        query("SELECT constraint_schema, table_name, unique_constraint_schema,"
              " referenced_table_name FROM information_schema.referential_constraints"));
    Families families;
    for (std::size_t i = 0; i < rows.row_count(); ++i) {
        families.tie({rows.text(i, 0), rows.text(i, 1)}, {rows.text(i, 2), rows.text(i, 3)});
    }
    families_ = families.numbered();
    return {};
}

Result<DestinationTable> DestinationCatalogue::read(const std::string& schema,
                                                    const std::string& table) {
    if (!families_) PENSTOCK_TRY(read_families());
    const std::string name = fmt::format("table_schema={} AND table_name={}",
                                         Connection::quote(schema), Connection::quote(table));
    PENSTOCK_ASSIGN(const mysql::ResultSet columns,
                    query("SELECT column_name, collation_name, extra LIKE '%VIRTUAL GENERATED%'"
                          " FROM information_schema.columns WHERE " +
                          name + " ORDER BY ordinal_position"));
    // Invisible indexes are unique, too.
    PENSTOCK_ASSIGN(const mysql::ResultSet parts,
                    query("SELECT index_name, column_name, expression, sub_part IS NOT NULL,"
                          " nullable='YES' FROM information_schema.statistics WHERE " +
                          name +
                          " AND non_unique=0"
                          " ORDER BY index_name<>'PRIMARY', index_name, seq_in_index"));
    DestinationTable read;
    for (std::size_t i = 0; i < columns.row_count(); ++i) {
        read.columns.push_back({columns.text(i, 0), columns.text(i, 1), columns.text(i, 2) == "1"});
    }
    for (std::size_t i = 0; i < parts.row_count(); ++i) {
        const std::string index = parts.text(i, 0);
        if (read.unique_keys.empty() || read.unique_keys.back().name != index) {
            read.unique_keys.push_back({index, {}});
        }
        read.unique_keys.back().parts.push_back(
            {parts.text(i, 1), parts.text(i, 2), parts.text(i, 3) == "1", parts.text(i, 4) == "1"});
    }
    const auto family = families_->find({schema, table});
    if (family != families_->end()) read.foreign_key_family = family->second;
    return read;
}

}  // namespace penstock::apply
