#include "schema/compare.h"

#include <algorithm>
#include <map>

#include "base/text.h"
#include "schema/catalogue.h"
#include "schema/table_text.h"

namespace penstock::schema {

namespace {

using Texts = std::map<std::string, std::string>;  // object → comparable definition

std::string named(std::string_view kind, std::string_view schema, std::string_view name) {
    return std::string(kind) + " " + mysql::quote_identifier(schema, name);
}

std::string_view word_of(RoutineKind kind) {
    switch (kind) {
        case RoutineKind::procedure:
            return "procedure";
        case RoutineKind::function:
            return "function";
        case RoutineKind::library:
            return "library";
    }
    return "routine";
}

Texts texts_of(const Catalogue& catalogue) {
    Texts texts;
    for (const DatabaseDefinition& found : catalogue.databases) {
        texts["database " + mysql::quote_identifier(found.name)] = comparable(found);
    }
    for (const TableDefinition& found : catalogue.tables) {
        texts[named("table", found.schema, found.name)] = comparable(found);
    }
    for (const ViewDefinition& found : catalogue.views) {
        texts[named("view", found.schema, found.name)] = comparable(found);
    }
    for (const RoutineDefinition& found : catalogue.routines) {
        texts[named(word_of(found.kind), found.schema, found.name)] = comparable(found);
    }
    for (const TriggerDefinition& found : catalogue.triggers) {
        texts[named("trigger", found.schema, found.name)] = comparable(found);
    }
    return texts;
}

std::vector<SchemaDifference> differences(const Texts& source, const Texts& destination) {
    std::vector<SchemaDifference> found;
    for (const auto& [object, text] : source) {
        const auto other = destination.find(object);
        if (other == destination.end()) {
            found.push_back({object, text, ""});
        } else if (other->second != text) {
            found.push_back({object, text, other->second});
        }
    }
    for (const auto& [object, text] : destination) {
        if (!source.contains(object)) found.push_back({object, "", text});
    }
    return found;
}

// The databases of the list that are there.
Result<std::vector<std::string>> existing(mysql::Connection& connection,
                                          const std::vector<std::string>& databases) {
    std::vector<std::string> there;
    for (const std::string& name : databases) {
        PENSTOCK_ASSIGN(const std::optional<std::string> found,
                        connection.query_value("SELECT SCHEMA_NAME FROM information_schema.SCHEMATA"
                                               " WHERE SCHEMA_NAME=" +
                                               mysql::Connection::quote(name)));
        if (found) there.push_back(*found);
    }
    return there;
}

// The length of the UTF-8 character that `text` starts with; 0: it starts with none.
std::size_t utf8_length(std::string_view text) {
    const auto byte = [text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    std::size_t length = 1;
    if (byte(0) >= 0xC2) length = byte(0) < 0xE0 ? 2 : byte(0) < 0xF0 ? 3 : 4;
    if ((length == 1 && byte(0) >= 0x80) || byte(0) > 0xF4 || length > text.size()) return 0;
    for (std::size_t i = 1; i < length; ++i) {
        if ((byte(i) & 0xC0U) != 0x80) return 0;
    }
    return length;
}

// Definitions are bytes of any character set: what is not UTF-8 is shown as \xHH, a line's end as a
// blank.
std::string printable(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        const std::size_t length = utf8_length(text);
        if (length == 0) {
            out += "\\x" + base::to_hex(text.substr(0, 1));
        } else if (static_cast<unsigned char>(text[0]) < ' ') {
            out += ' ';
        } else {
            out += text.substr(0, length);
        }
        text.remove_prefix(std::max<std::size_t>(length, 1));
    }
    return out;
}

}  // namespace

std::string SchemaDifference::to_string() const {
    if (source.empty()) return object + " is on the destination only";
    if (destination.empty()) return object + " is missing on the destination";
    return object + ": " + describe_difference(source, destination);
}

std::string comparable(std::string_view create_sql, const CreationContext& context) {
    return std::string(create_sql) + "\nsql_mode " + context.sql_mode + "\ncharacter_set_client " +
           context.character_set_client + "\ncollation_connection " + context.collation_connection +
           "\ndatabase_collation " + context.database_collation;
}

std::string comparable(const DatabaseDefinition& database) {
    return database.create_sql;
}

std::string comparable(const TableDefinition& table) {
    return comparable_table_text(table.create_sql);
}

std::string comparable(const ViewDefinition& view) {
    return comparable(view.create_sql, view.context);
}

std::string comparable(const RoutineDefinition& routine) {
    return comparable(routine.create_sql, routine.context);
}

std::string comparable(const TriggerDefinition& trigger) {
    return comparable(trigger.create_sql, trigger.context) + "\norder " +
           std::to_string(trigger.order);
}

std::string comparable(const ScheduledEventDefinition& scheduled_event) {
    return comparable(scheduled_event.create_sql, scheduled_event.context) + "\ntime_zone " +
           scheduled_event.time_zone + "\nlast_altered " + scheduled_event.last_altered;
}

std::vector<SchemaDifference> compare_catalogues(const Catalogue& source,
                                                 const Catalogue& destination) {
    return differences(texts_of(source), texts_of(destination));
}

Result<std::vector<SchemaDifference>> compare_schemas(mysql::Connection& source,
                                                      mysql::Connection& destination,
                                                      const std::vector<std::string>& databases) {
    PENSTOCK_ASSIGN(const std::vector<std::string> of_source, existing(source, databases));
    PENSTOCK_ASSIGN(const std::vector<std::string> of_destination,
                    existing(destination, databases));
    PENSTOCK_ASSIGN(const Catalogue left, read_catalogue(source, of_source));
    PENSTOCK_ASSIGN(const Catalogue right, read_catalogue(destination, of_destination));
    return compare_catalogues(left, right);
}

bool same_definitions(const Catalogue& a, const Catalogue& b) {
    if (!compare_catalogues(a, b).empty()) return false;
    return std::equal(a.scheduled_events.begin(), a.scheduled_events.end(),
                      b.scheduled_events.begin(), b.scheduled_events.end(),
                      [](const ScheduledEventDefinition& x, const ScheduledEventDefinition& y) {
                          return x.schema == y.schema && x.name == y.name &&
                                 comparable(x) == comparable(y);
                      });
}

std::string describe_difference(std::string_view wanted, std::string_view found) {
    constexpr std::size_t before_bytes = 40;
    constexpr std::size_t shown_bytes = 160;
    const auto differing = std::mismatch(wanted.begin(), wanted.end(), found.begin(), found.end());
    const auto common = static_cast<std::size_t>(differing.first - wanted.begin());
    const std::size_t from = common > before_bytes ? common - before_bytes : 0;
    const auto cut = [from](std::string_view text) {
        const std::string_view shown = text.substr(std::min(from, text.size()), shown_bytes);
        return (from > 0 ? "…" : "") + printable(shown);
    };
    return "wanted \"" + cut(wanted) + "\", found \"" + cut(found) + "\"";
}

}  // namespace penstock::schema
