#include "schema/object_ledger.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <tuple>

#include "schema/errors.h"
#include "schema/table_text.h"

namespace penstock::schema {

namespace {

using mysql::Connection;
using mysql::ResultSet;

// Both in the order of their enumerations.
constexpr std::array<std::string_view, 9> kind_words = {"database", "table",    "foreign_key",
                                                        "library",  "function", "procedure",
                                                        "view",     "trigger",  "scheduled_event"};
constexpr std::array<std::string_view, 7> state_words = {"waiting", "creating", "done",   "warned",
                                                         "failed",  "held",     "skipped"};

constexpr std::string_view create_ledger =
    "CREATE TABLE IF NOT EXISTS penstock.object ("
    " task VARCHAR(64) NOT NULL,"
    " sequence INT UNSIGNED NOT NULL,"
    " wave TINYINT UNSIGNED NOT NULL,"
    " kind VARCHAR(16) NOT NULL,"
    " schema_name VARCHAR(64) NOT NULL,"
    " object_name VARCHAR(64) NOT NULL,"
    " table_name VARCHAR(64) NOT NULL,"
    " create_sql LONGBLOB NOT NULL,"
    " sql_mode TEXT NOT NULL,"
    " character_set_client VARCHAR(64) NOT NULL,"
    " collation_connection VARCHAR(64) NOT NULL,"
    " database_collation VARCHAR(64) NOT NULL,"
    " collation_name VARCHAR(64) NOT NULL,"
    " estimated_rows BIGINT UNSIGNED NOT NULL,"
    " estimated_bytes BIGINT UNSIGNED NOT NULL,"
    " state VARCHAR(16) NOT NULL,"
    " error TEXT NOT NULL,"
    " changed_at TIMESTAMP(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6)"
    " ON UPDATE CURRENT_TIMESTAMP(6),"
    " PRIMARY KEY (task, sequence)"
    ") ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin";

constexpr std::string_view columns =
    "sequence, wave, kind, schema_name, object_name, table_name, create_sql, sql_mode,"
    " character_set_client, collation_connection, database_collation, collation_name,"
    " estimated_rows, estimated_bytes, state, error";

template <class Enum, std::size_t count>
Result<Enum> parse(const std::array<std::string_view, count>& words, std::string_view word) {
    const auto found = std::find(words.begin(), words.end(), word);
    if (found == words.end()) {
        return fail(ErrorKind::corrupt, error_ledger,
                    "penstock.object has the unknown word \"" + std::string(word) + "\"",
                    "the task was written by another version of penstock: use that one");
    }
    return static_cast<Enum>(found - words.begin());
}

template <class Number>
Number number(const std::string& text) {
    Number value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

// Texts here are utf8 or come from the server's messages; the definitions are raw bytes.
std::string binary(std::string_view bytes) {
    return "_binary" + Connection::quote(bytes);
}

std::string values_of(const std::string& task, const LedgerObject& object) {
    const auto quote = [](std::string_view text) { return "," + Connection::quote(text); };
    return "(" + Connection::quote(task) + "," + std::to_string(object.sequence) + "," +
           std::to_string(object.wave) + quote(to_string(object.kind)) + quote(object.schema) +
           quote(object.name) + quote(object.table_name) + "," + binary(object.create_sql) +
           quote(object.context.sql_mode) + quote(object.context.character_set_client) +
           quote(object.context.collation_connection) + quote(object.context.database_collation) +
           quote(object.collation) + "," + std::to_string(object.estimated_rows) + "," +
           std::to_string(object.estimated_bytes) + quote(to_string(object.state)) + ",'')";
}

Result<LedgerObject> from_row(const ResultSet& rows, std::size_t i) {
    LedgerObject object;
    object.sequence = number<std::uint32_t>(rows.text(i, 0));
    object.wave = number<std::uint8_t>(rows.text(i, 1));
    PENSTOCK_ASSIGN(object.kind, parse<ObjectKind>(kind_words, rows.text(i, 2)));
    object.schema = rows.text(i, 3);
    object.name = rows.text(i, 4);
    object.table_name = rows.text(i, 5);
    object.create_sql = rows.text(i, 6);
    object.context = {rows.text(i, 7), rows.text(i, 8), rows.text(i, 9), rows.text(i, 10)};
    object.collation = rows.text(i, 11);
    object.estimated_rows = number<std::uint64_t>(rows.text(i, 12));
    object.estimated_bytes = number<std::uint64_t>(rows.text(i, 13));
    PENSTOCK_ASSIGN(object.state, parse<ObjectState>(state_words, rows.text(i, 14)));
    object.error = rows.text(i, 15);
    return object;
}

ObjectKind kind_of(RoutineKind kind) {
    switch (kind) {
        case RoutineKind::library:
            return ObjectKind::library;
        case RoutineKind::function:
            return ObjectKind::function;
        case RoutineKind::procedure:
            break;
    }
    return ObjectKind::procedure;
}

// Fills the list; numbers the objects as they come.
class ListBuilder {
public:
    LedgerObject& add(unsigned wave, ObjectKind kind, const std::string& schema,
                      const std::string& name, std::string create_sql) {
        LedgerObject& object = list.emplace_back();
        object.sequence = static_cast<std::uint32_t>(list.size());
        object.wave = static_cast<std::uint8_t>(wave);
        object.kind = kind;
        object.schema = schema;
        object.name = name;
        object.create_sql = std::move(create_sql);
        return object;
    }
    std::vector<LedgerObject> list;
};

struct ForeignKeyOf {
    const TableDefinition* table;
    ForeignKeyText text;
};

}  // namespace

std::string_view to_string(ObjectKind kind) {
    return kind_words[static_cast<std::size_t>(kind)];
}
std::string_view to_string(ObjectState state) {
    return state_words[static_cast<std::size_t>(state)];
}

std::string LedgerObject::describe() const {
    std::string words(to_string(kind));
    std::replace(words.begin(), words.end(), '_', ' ');
    const std::string named = kind == ObjectKind::database ? mysql::quote_identifier(schema)
                                                           : mysql::quote_identifier(schema, name);
    return words + " " + named;
}

Result<std::vector<LedgerObject>> ledger_objects(const Catalogue& catalogue,
                                                 bool migrate_scheduled_events) {
    ListBuilder builder;
    for (const DatabaseDefinition& found : catalogue.databases) {
        builder.add(1, ObjectKind::database, found.name, "", found.create_sql).collation =
            found.collation;
    }
    std::vector<ForeignKeyOf> foreign_keys;
    for (const TableDefinition& found : catalogue.tables) {
        PENSTOCK_ASSIGN(TableText text, split_foreign_keys(found.create_sql));
        LedgerObject& table = builder.add(1, ObjectKind::table, found.schema, found.name,
                                          std::move(text.without_foreign_keys));
        table.estimated_rows = found.estimated_rows;
        table.estimated_bytes = found.estimated_bytes;
        for (ForeignKeyText& key : text.foreign_keys) foreign_keys.push_back({&found, key});
    }
    for (ForeignKeyOf& key : foreign_keys) {
        builder
            .add(2, ObjectKind::foreign_key, key.table->schema, key.text.name,
                 std::move(key.text.definition))
            .table_name = key.table->name;
    }
    for (const RoutineKind kind :
         {RoutineKind::library, RoutineKind::function, RoutineKind::procedure}) {
        for (const RoutineDefinition& found : catalogue.routines) {
            if (found.kind != kind) continue;
            builder.add(2, kind_of(kind), found.schema, found.name, found.create_sql).context =
                found.context;
        }
    }
    for (const ViewDefinition& found : catalogue.views) {
        builder.add(2, ObjectKind::view, found.schema, found.name, found.create_sql).context =
            found.context;
    }
    for (const TriggerDefinition& found : catalogue.triggers) {
        LedgerObject& trigger =
            builder.add(2, ObjectKind::trigger, found.schema, found.name, found.create_sql);
        trigger.context = found.context;
        trigger.table_name = found.table;
    }
    for (const ScheduledEventDefinition& found : catalogue.scheduled_events) {
        LedgerObject& scheduled_event =
            builder.add(3, ObjectKind::scheduled_event, found.schema, found.name, found.create_sql);
        scheduled_event.context = found.context;
        scheduled_event.state = migrate_scheduled_events ? ObjectState::held : ObjectState::skipped;
    }
    return std::move(builder.list);
}

Result<ObjectLedger> ObjectLedger::open(Connection& destination, std::string task) {
    PENSTOCK_TRY(destination.execute("CREATE DATABASE IF NOT EXISTS penstock"));
    PENSTOCK_TRY(destination.execute(create_ledger));
    return ObjectLedger(std::move(task));
}

Result<bool> ObjectLedger::written(Connection& destination) const {
    PENSTOCK_ASSIGN(const std::optional<std::string> found,
                    destination.query_value("SELECT 1 FROM penstock.object WHERE task=" +
                                            Connection::quote(task_) + " LIMIT 1"));
    return found.has_value();
}

Result<void> ObjectLedger::write(Connection& destination, const Catalogue& catalogue,
                                 bool migrate_scheduled_events,
                                 const std::function<Result<void>()>& also) const {
    PENSTOCK_ASSIGN(const std::vector<LedgerObject> objects,
                    ledger_objects(catalogue, migrate_scheduled_events));
    const auto insert_all = [&]() -> Result<void> {
        PENSTOCK_ASSIGN(const bool there, written(destination));
        if (there) return {};
        for (const LedgerObject& object : objects) {
            PENSTOCK_TRY(destination.execute("INSERT INTO penstock.object (task, " +
                                             std::string(columns) + ") VALUES " +
                                             values_of(task_, object)));
        }
        return also ? also() : Result<void>();
    };
    PENSTOCK_TRY(destination.execute("START TRANSACTION"));
    Result<void> inserted = insert_all();
    if (!inserted) {
        static_cast<void>(destination.execute("ROLLBACK"));  // the first error is the one to tell
        return forward_error(inserted);
    }
    PENSTOCK_TRY(destination.execute("COMMIT"));
    return {};
}

Result<std::vector<LedgerObject>> ObjectLedger::read(Connection& destination, unsigned wave) const {
    std::string condition = " WHERE task=" + Connection::quote(task_);
    if (wave != 0) condition += " AND wave=" + std::to_string(wave);
    PENSTOCK_ASSIGN(const ResultSet rows,
                    destination.query("SELECT " + std::string(columns) + " FROM penstock.object" +
                                      condition + " ORDER BY sequence"));
    std::vector<LedgerObject> objects;
    for (std::size_t i = 0; i < rows.row_count(); ++i) {
        PENSTOCK_ASSIGN(LedgerObject object, from_row(rows, i));
        objects.push_back(std::move(object));
    }
    return objects;
}

Result<void> ObjectLedger::set_state(Connection& destination, const LedgerObject& object,
                                     ObjectState state, std::string_view error) const {
    PENSTOCK_TRY(destination.execute(
        "UPDATE penstock.object SET state='" + std::string(to_string(state)) +
        "', error=" + Connection::quote(error) + " WHERE task=" + Connection::quote(task_) +
        " AND sequence=" + std::to_string(object.sequence)));
    return {};
}

Result<std::vector<TableDefinition>> ObjectLedger::tables_for_copy(Connection& destination) const {
    PENSTOCK_ASSIGN(const std::vector<LedgerObject> objects, read(destination, 1));
    std::vector<std::string> databases;
    std::map<ObjectName, const LedgerObject*, bool (*)(const ObjectName&, const ObjectName&)>
        wanted([](const ObjectName& a, const ObjectName& b) {
            return std::tie(a.schema, a.name) < std::tie(b.schema, b.name);
        });
    for (const LedgerObject& object : objects) {
        if (object.kind == ObjectKind::database) databases.push_back(object.schema);
        if (object.kind == ObjectKind::table) wanted[{object.schema, object.name}] = &object;
    }
    PENSTOCK_ASSIGN(std::vector<TableDefinition> there, read_tables(destination, databases));
    std::vector<TableDefinition> tables;
    for (TableDefinition& table : there) {
        const auto object = wanted.find({table.schema, table.name});
        if (object == wanted.end()) continue;
        table.estimated_rows = object->second->estimated_rows;
        table.estimated_bytes = object->second->estimated_bytes;
        tables.push_back(std::move(table));
        wanted.erase(object);
    }
    if (wanted.empty()) return tables;
    return fail(ErrorKind::definite, error_ledger,
                wanted.begin()->second->describe() + " is missing on the destination",
                "it was created by this task and dropped since; drop what the task has made on the "
                "destination and start it anew");
}

}  // namespace penstock::schema
