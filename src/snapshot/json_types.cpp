#include "snapshot/json_types.h"

#include <fmt/format.h>
#include <array>
#include <utility>

namespace penstock::snapshot {
namespace {

// What JSON_TYPE() says: mysql-9.7 sql/item_json_func.cc, opaque_index and json_type_string_map.
constexpr std::array<std::pair<std::string_view, char>, 16> type_names{{
    {"NULL", json_letter::null},
    {"BOOLEAN", json_letter::boolean},
    {"INTEGER", json_letter::integer},
    {"UNSIGNED INTEGER", json_letter::unsigned_integer},
    {"DOUBLE", json_letter::real},
    {"DECIMAL", json_letter::decimal},
    {"STRING", json_letter::string},
    {"OBJECT", json_letter::object},
    {"ARRAY", json_letter::array},
    {"DATE", json_letter::date},
    {"TIME", json_letter::time},
    {"DATETIME", json_letter::datetime},
    {"TIMESTAMP", json_letter::timestamp},
    {"BLOB", json_letter::bytes},
    {"BIT", json_letter::bytes},
    {"OPAQUE", json_letter::bytes},
}};

// JSON_TYPE() of JSON_TABLE's NULL is SQL's NULL.
std::string letter_expression(std::string_view json) {
    std::string names;
    std::string letters;
    for (const auto& [name, letter] : type_names) {
        names += fmt::format(",'{}'", name);
        letters += fmt::format(",'{}'", letter);
    }
    return fmt::format("IFNULL(ELT(FIELD(IFNULL(JSON_TYPE({}),'NULL'){}){}),'?')", json, names,
                       letters);
}

std::string list_expression(std::string_view quoted_column, std::string_view path) {
    return fmt::format(
        "IFNULL((SELECT GROUP_CONCAT({} ORDER BY penstock_number SEPARATOR '') FROM"
        " JSON_TABLE({}, '{}' COLUMNS (penstock_number FOR ORDINALITY,"
        " penstock_value JSON PATH '$')) AS penstock_values), '')",
        letter_expression("penstock_value"), quoted_column, path);
}

}  // namespace

std::string json_types_expression(std::string_view quoted_column) {
    return fmt::format("IF({0} IS NULL, NULL, CONCAT({1}, ';', {2}, ';', {3}))", quoted_column,
                       letter_expression(quoted_column), list_expression(quoted_column, "$**.*"),
                       list_expression(quoted_column, "$**[*]"));
}

JsonTypes split_json_types(std::string_view list) {
    if (list.size() < 3 || list[1] != ';') return {};
    const std::size_t separator = list.find(';', 2);
    if (separator == std::string_view::npos) return {};
    return {list[0], list.substr(2, separator - 2), list.substr(separator + 1)};
}

}  // namespace penstock::snapshot
