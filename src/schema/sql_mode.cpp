// sql_mode as bits, the way query events carry it. Source: MySQL sql/system_variables.h (MODE_*)
// and sql/sys_vars.cc (sql_mode_names), tag mysql-9.4.0. Bits 4 and 8 to 17 and 28 named modes that
// 8.0 removed; setting them is an error there, so they have no name here.
#include <array>

#include "schema/ddl.h"

namespace penstock::schema {

namespace {

constexpr std::size_t ansi_quotes_bit = 2;
constexpr std::size_t no_backslash_escapes_bit = 20;

constexpr std::array<std::string_view, 34> mode_names = {"REAL_AS_FLOAT",
                                                         "PIPES_AS_CONCAT",
                                                         "ANSI_QUOTES",
                                                         "IGNORE_SPACE",
                                                         "",
                                                         "ONLY_FULL_GROUP_BY",
                                                         "NO_UNSIGNED_SUBTRACTION",
                                                         "NO_DIR_IN_CREATE",
                                                         "",
                                                         "",
                                                         "",
                                                         "",
                                                         "",
                                                         "",
                                                         "",
                                                         "",
                                                         "",
                                                         "",
                                                         "ANSI",
                                                         "NO_AUTO_VALUE_ON_ZERO",
                                                         "NO_BACKSLASH_ESCAPES",
                                                         "STRICT_TRANS_TABLES",
                                                         "STRICT_ALL_TABLES",
                                                         "NO_ZERO_IN_DATE",
                                                         "NO_ZERO_DATE",
                                                         "ALLOW_INVALID_DATES",
                                                         "ERROR_FOR_DIVISION_BY_ZERO",
                                                         "TRADITIONAL",
                                                         "",
                                                         "HIGH_NOT_PRECEDENCE",
                                                         "NO_ENGINE_SUBSTITUTION",
                                                         "PAD_CHAR_TO_FULL_LENGTH",
                                                         "TIME_TRUNCATE_FRACTIONAL",
                                                         "INTERPRET_UTF8_AS_UTF8MB4"};

bool has_bit(std::uint64_t bits, std::size_t bit) {
    return ((bits >> bit) & 1U) != 0;
}

}  // namespace

LexicalMode lexical_mode(std::uint64_t sql_mode) {
    return {has_bit(sql_mode, ansi_quotes_bit), has_bit(sql_mode, no_backslash_escapes_bit)};
}

std::string sql_mode_text(std::uint64_t sql_mode) {
    std::string text;
    for (std::size_t bit = 0; bit < mode_names.size(); ++bit) {
        if (!has_bit(sql_mode, bit) || mode_names[bit].empty()) continue;
        if (!text.empty()) text += ',';
        text += mode_names[bit];
    }
    return text;
}

}  // namespace penstock::schema
