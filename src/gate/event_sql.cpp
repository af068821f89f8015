#include "gate/event_sql.h"

#include <fmt/format.h>
#include <algorithm>
#include <array>

#include "base/text.h"
#include "gate/event_statement.h"
#include "mysql/connection.h"

namespace penstock::gate {
namespace {

using schema::ScheduledEventDefinition;

schema::LexicalMode mode_of(const ScheduledEventDefinition& definition) {
    schema::LexicalMode mode;
    for (const std::string_view name : base::split(definition.context.sql_mode, ',')) {
        if (name == "ANSI_QUOTES" || name == "ANSI") mode.ansi_quotes = true;
        if (name == "NO_BACKSLASH_ESCAPES") mode.no_backslash_escapes = true;
    }
    return mode;
}

// By doubling, which holds under every sql_mode.
std::string string_literal(std::string_view text, schema::LexicalMode mode) {
    std::string out = "'";
    for (const char c : text) {
        out += c;
        if (c == '\'' || (c == '\\' && !mode.no_backslash_escapes)) out += c;
    }
    return out + "'";
}

// The server prints a definer as user@host; a user may have an at sign in it, a host may not.
std::string definer_clause(const ScheduledEventDefinition& definition) {
    const std::size_t at = definition.definer.rfind('@');
    const std::string user = definition.definer.substr(0, at);
    const std::string host =
        at == std::string::npos ? std::string() : definition.definer.substr(at + 1);
    return fmt::format("DEFINER={}@{}", mysql::quote_identifier(user),
                       mysql::quote_identifier(host));
}

// "1", or "'1:30'" as the server prints compound values.
std::string interval_text(const ScheduledEventDefinition& definition) {
    const std::string value = definition.interval_value.value_or("");
    const bool plain = !value.empty() && std::all_of(value.begin(), value.end(), base::is_digit);
    const bool quoted = value.size() > 1 && value.front() == '\'';
    return fmt::format("{} {}", plain || quoted ? value : "'" + value + "'",
                       definition.interval_field.value_or(""));
}

std::string schedule_clause(const ScheduledEventDefinition& definition) {
    if (definition.execute_at) return fmt::format("AT '{}'", *definition.execute_at);
    std::string text = "EVERY " + interval_text(definition);
    if (definition.starts) text += fmt::format(" STARTS '{}'", *definition.starts);
    if (definition.ends) text += fmt::format(" ENDS '{}'", *definition.ends);
    return text;
}

std::string shown(const std::optional<std::string>& text) {
    return text.value_or("(none)");
}

}  // namespace

std::string create_header(const ScheduledEventDefinition& definition) {
    // NOT PRESERVE is the default and left out: under HIGH_NOT_PRECEDENCE the words don't parse.
    std::string sql = fmt::format(
        "CREATE {} EVENT {} ON SCHEDULE {}{} DISABLE", definer_clause(definition),
        mysql::quote_identifier(definition.schema, definition.name), schedule_clause(definition),
        definition.on_completion == "PRESERVE" ? " ON COMPLETION PRESERVE" : "");
    if (!definition.comment.empty()) {
        sql += " COMMENT " + string_literal(definition.comment, mode_of(definition));
    }
    return sql + " DO ";
}

std::string alter_status(const ScheduledEventDefinition& definition, bool enable) {
    return fmt::format("ALTER {} EVENT {} {}", definer_clause(definition),
                       mysql::quote_identifier(definition.schema, definition.name),
                       enable ? "ENABLE" : "DISABLE");
}

Result<std::string> body_of(const ScheduledEventDefinition& definition) {
    PENSTOCK_ASSIGN(
        const EventStatement statement,
        parse_event_statement(definition.create_sql, definition.schema, mode_of(definition)));
    return definition.create_sql.substr(
        statement.body_offset.value_or(definition.create_sql.size()));
}

std::vector<std::string> differences(const ScheduledEventDefinition& wanted,
                                     const ScheduledEventDefinition& found) {
    struct Field {
        std::string_view name;
        std::string wanted;
        std::string found;
    };
    const std::array fields{
        Field{"definer", wanted.definer, found.definer},
        Field{"sql_mode", wanted.context.sql_mode, found.context.sql_mode},
        Field{"time zone", wanted.time_zone, found.time_zone},
        Field{"character set", wanted.context.character_set_client,
              found.context.character_set_client},
        Field{"collation", wanted.context.collation_connection, found.context.collation_connection},
        Field{"database collation", wanted.context.database_collation,
              found.context.database_collation},
        Field{"type", wanted.type, found.type},
        Field{"AT", shown(wanted.execute_at), shown(found.execute_at)},
        Field{"interval", shown(wanted.interval_value), shown(found.interval_value)},
        Field{"interval's unit", shown(wanted.interval_field), shown(found.interval_field)},
        Field{"STARTS", shown(wanted.starts), shown(found.starts)},
        Field{"ENDS", shown(wanted.ends), shown(found.ends)},
        Field{"ON COMPLETION", wanted.on_completion, found.on_completion},
        Field{"comment", wanted.comment, found.comment},
    };
    std::vector<std::string> out;
    for (const Field& field : fields) {
        if (field.wanted == field.found) continue;
        out.push_back(
            fmt::format("{}: \"{}\" became \"{}\"", field.name, field.wanted, field.found));
    }
    const Result<std::string> wanted_body = body_of(wanted);
    const Result<std::string> found_body = body_of(found);
    if (!wanted_body || !found_body) {
        out.emplace_back("body: can't be read");
    } else if (*wanted_body != *found_body) {
        out.emplace_back("body");
    }
    return out;
}

}  // namespace penstock::gate
