#include "schema/session_context.h"

#include <charconv>

#include "base/text.h"
#include "schema/ddl.h"
#include "schema/errors.h"

namespace penstock::schema {

namespace {

constexpr std::uint32_t option_auto_is_null = 1U << 14;
constexpr std::uint32_t option_no_foreign_key_checks = 1U << 26;
constexpr std::uint32_t option_relaxed_unique_checks = 1U << 27;

std::string on_off(bool on) {
    return on ? "ON" : "OFF";
}

std::string render(std::string_view variable, std::string_view value, bool quoted) {
    std::string out = "@@SESSION." + std::string(variable) + "=";
    return out + (quoted ? "'" + std::string(value) + "'" : std::string(value));
}

// Seconds with six digits, as SET timestamp takes it.
std::string seconds_of(std::uint64_t microseconds) {
    std::string fraction = std::to_string(microseconds % 1'000'000);
    fraction.insert(0, 6 - fraction.size(), '0');
    return std::to_string(microseconds / 1'000'000) + "." + fraction;
}

// What may stand between quotes as it is: the values here are names of collations, modes and zones.
bool is_plain(std::string_view text) {
    for (const char c : text) {
        const bool word = base::is_digit(c) || base::to_upper(c) != c || base::to_lower(c) != c;
        if (!word && std::string_view("_+-:/., ").find(c) == std::string_view::npos) return false;
    }
    return true;
}

}  // namespace

Result<Collations> Collations::read(mysql::Connection& connection) {
    PENSTOCK_ASSIGN(const mysql::ResultSet rows,
                    connection.query("SELECT ID, CHARACTER_SET_NAME, COLLATION_NAME"
                                     " FROM information_schema.COLLATIONS"));
    std::map<std::uint16_t, CollationName> by_number;
    for (std::size_t i = 0; i < rows.row_count(); ++i) {
        const std::string number = rows.text(i, 0);
        std::uint16_t id = 0;
        std::from_chars(number.data(), number.data() + number.size(), id);
        by_number[id] = {rows.text(i, 1), rows.text(i, 2)};
    }
    return Collations(std::move(by_number));
}

const CollationName* Collations::find(std::uint16_t number) const {
    const auto found = by_number_.find(number);
    return found == by_number_.end() ? nullptr : &found->second;
}

Result<SessionContext> SessionContext::read(mysql::Connection& destination,
                                            std::string source_time_zone) {
    PENSTOCK_ASSIGN(Collations collations, Collations::read(destination));
    PENSTOCK_ASSIGN(const mysql::ResultSet rows, destination.query("SHOW SESSION VARIABLES"));
    std::map<std::string, std::string> current;
    for (std::size_t i = 0; i < rows.row_count(); ++i) {
        current[base::to_lower(rows.text(i, 0))] = rows.text(i, 1);
    }
    return SessionContext(std::move(collations), std::move(current), std::move(source_time_zone));
}

bool SessionContext::needed(const Setting& setting) const {
    if (!setting.restricted) return true;
    const auto now = current_.find(std::string(setting.variable));
    return now != current_.end() && now->second != setting.value;
}

Result<std::vector<SessionContext::Setting>> SessionContext::settings(
    const StreamStatement& statement) const {
    std::vector<Setting> all;
    const auto add_collation = [&](std::string_view variable, std::optional<std::uint16_t> number,
                                   bool of_character_set, bool restricted) -> Result<void> {
        if (!number || *number == 0) return {};
        const CollationName* name = collations_.find(*number);
        if (name == nullptr) {
            return fail(ErrorKind::refused, error_unknown_collation,
                        "the destination has no collation of number " + std::to_string(*number) +
                            ", which the statement at " + statement.source_file + ":" +
                            std::to_string(statement.source_position) + " was executed with");
        }
        all.push_back(
            {variable, of_character_set ? name->character_set : name->collation, true, restricted});
        return {};
    };
    const auto add_switch = [&all](std::string_view variable, std::optional<bool> on,
                                   bool restricted) {
        if (on) all.push_back({variable, on_off(*on), false, restricted});
    };

    if (statement.flags2) {
        const std::uint32_t flags = *statement.flags2;
        add_switch("foreign_key_checks", (flags & option_no_foreign_key_checks) == 0, false);
        add_switch("unique_checks", (flags & option_relaxed_unique_checks) == 0, false);
        add_switch("sql_auto_is_null", (flags & option_auto_is_null) != 0, false);
    }
    add_switch("explicit_defaults_for_timestamp", statement.explicit_defaults_for_timestamp, true);
    add_switch("sql_require_primary_key", statement.sql_require_primary_key, true);
    add_switch("default_table_encryption", statement.default_table_encryption, true);
    PENSTOCK_TRY(add_collation("default_collation_for_utf8mb4",
                               statement.default_collation_for_utf8mb4, false, true));
    PENSTOCK_TRY(add_collation("collation_server", statement.collation_server, false, false));
    PENSTOCK_TRY(add_collation("collation_database", statement.collation_database, false, false));
    if (statement.lc_time_names) {
        all.push_back({"lc_time_names", std::to_string(*statement.lc_time_names), false, false});
    }
    if (statement.time_zone) {
        const bool system = *statement.time_zone == "SYSTEM" && !source_time_zone_.empty();
        const std::string& zone = system ? source_time_zone_ : *statement.time_zone;
        if (!is_plain(zone)) {
            return fail(ErrorKind::corrupt, error_not_understood,
                        "the statement at " + statement.source_file + ":" +
                            std::to_string(statement.source_position) + " has no time zone's name");
        }
        all.push_back({"time_zone", zone, true, false});
    }
    if (statement.timestamp_us != 0) {
        all.push_back({"timestamp", seconds_of(statement.timestamp_us), false, false});
    }
    PENSTOCK_TRY(
        add_collation("character_set_client", statement.character_set_client, true, false));
    PENSTOCK_TRY(
        add_collation("collation_connection", statement.collation_connection, false, false));
    if (statement.sql_mode) all.push_back({"sql_mode", sql_mode_text(*statement.sql_mode), true});
    return all;
}

Result<std::vector<std::string>> SessionContext::statements_for(
    const StreamStatement& statement) const {
    PENSTOCK_ASSIGN(const std::vector<Setting> all, settings(statement));
    std::string assignments;
    for (const Setting& setting : all) {
        if (!needed(setting)) continue;
        if (!assignments.empty()) assignments += ", ";
        assignments += render(setting.variable, setting.value, setting.quoted);
    }
    std::vector<std::string> statements;
    if (!assignments.empty()) statements.push_back("SET " + assignments);
    return statements;
}

Result<std::vector<std::string>> SessionContext::restore(const StreamStatement& statement) const {
    PENSTOCK_ASSIGN(const std::vector<Setting> all, settings(statement));
    std::string assignments;
    for (const Setting& setting : all) {
        if (!needed(setting)) continue;
        if (!assignments.empty()) assignments += ", ";
        const auto before = current_.find(std::string(setting.variable));
        const bool plain =
            before != current_.end() && setting.variable != "timestamp" && is_plain(before->second);
        const bool quoted = setting.quoted || setting.variable == "lc_time_names";
        assignments +=
            render(setting.variable, plain ? before->second : "DEFAULT", plain && quoted);
    }
    std::vector<std::string> statements;
    if (!assignments.empty()) statements.push_back("SET " + assignments);
    return statements;
}

}  // namespace penstock::schema
