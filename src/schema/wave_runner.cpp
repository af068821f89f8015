#include "schema/wave_runner.h"

#include "base/errors.h"
#include "base/log.h"
#include "schema/catalogue_reading.h"
#include "schema/compare.h"
#include "schema/errors.h"
#include "schema/table_text.h"

namespace penstock::schema {

namespace {

using mysql::Connection;
using Text = std::optional<std::string>;

constexpr unsigned needs_trust = 1419;  // ER_BINLOG_CREATE_ROUTINE_NEED_SUPER

template <class Definition>
Result<Text> text_of(Result<std::optional<Definition>> found) {
    if (!found) return forward_error(found);
    if (!*found) return Text();
    return Text(comparable(**found));
}

Result<std::optional<TableText>> found_table(Connection& destination, const LedgerObject& object,
                                             const std::string& table) {
    PENSTOCK_ASSIGN(const std::optional<mysql::ResultSet> shown,
                    show_create(destination, "TABLE", object.schema, table));
    if (!shown) return std::optional<TableText>();
    PENSTOCK_ASSIGN(const std::string sql, shown_text(destination, *shown, 1, "table",
                                                      object.schema, table, "SELECT on the table"));
    PENSTOCK_ASSIGN(TableText text, split_foreign_keys(sql));
    return std::optional<TableText>(std::move(text));
}

Result<Text> found_foreign_key(Connection& destination, const LedgerObject& object) {
    PENSTOCK_ASSIGN(const std::optional<TableText> table,
                    found_table(destination, object, object.table_name));
    if (!table) return Text();
    for (const ForeignKeyText& key : table->foreign_keys) {
        if (key.name == object.name) return Text(key.definition);
    }
    return Text();
}

Result<Text> found_table_text(Connection& destination, const LedgerObject& object) {
    PENSTOCK_ASSIGN(const std::optional<TableText> table,
                    found_table(destination, object, object.name));
    if (!table) return Text();
    return Text(comparable_table_text(table->without_foreign_keys));
}

}  // namespace

std::string wanted_text(const LedgerObject& object) {
    switch (object.kind) {
        case ObjectKind::table:
            return comparable_table_text(object.create_sql);
        case ObjectKind::database:
        case ObjectKind::foreign_key:
            return object.create_sql;
        default:
            return comparable(object.create_sql, object.context);
    }
}

Result<Text> found_text(Connection& destination, const LedgerObject& object) {
    switch (object.kind) {
        case ObjectKind::database:
            return text_of(read_database(destination, object.schema));
        case ObjectKind::table:
            return found_table_text(destination, object);
        case ObjectKind::foreign_key:
            return found_foreign_key(destination, object);
        case ObjectKind::library:
            return text_of(
                read_routine(destination, RoutineKind::library, object.schema, object.name));
        case ObjectKind::function:
            return text_of(
                read_routine(destination, RoutineKind::function, object.schema, object.name));
        case ObjectKind::procedure:
            return text_of(
                read_routine(destination, RoutineKind::procedure, object.schema, object.name));
        case ObjectKind::view:
            return text_of(read_view(destination, object.schema, object.name));
        case ObjectKind::trigger: {
            PENSTOCK_ASSIGN(const std::optional<TriggerDefinition> trigger,
                            read_trigger(destination, object.schema, object.name));
            if (!trigger) return Text();
            return Text(comparable(trigger->create_sql, trigger->context));
        }
        case ObjectKind::scheduled_event:
            break;
    }
    return Text();
}

Result<WaveRunner> WaveRunner::start(Connection& destination, const ObjectLedger& ledger,
                                     const WaveOptions& options, unsigned wave) {
    PENSTOCK_ASSIGN(const std::vector<LedgerObject> all, ledger.read(destination));
    if (all.empty()) {
        return fail(ErrorKind::definite, error_ledger,
                    "penstock.object has no objects of task " + ledger.task(),
                    "the catalogue must be read and stored before the schema is migrated");
    }
    PENSTOCK_ASSIGN(CreationSession session, CreationSession::enter(destination));
    WaveRunner runner(destination, ledger, options, std::move(session));
    if (options.progress != nullptr) {
        options.progress->objects = 0;
        options.progress->done = 0;
        options.progress->warned = 0;
    }
    for (const LedgerObject& object : all) {
        if (object.kind == ObjectKind::database) {
            runner.database_collations_[object.schema] = object.collation;
        }
        if (object.wave != wave) continue;
        runner.objects_.push_back(object);
        if (options.progress == nullptr) continue;
        ++options.progress->objects;
        if (settled(object)) runner.count(object.state == ObjectState::warned);
    }
    return runner;
}

bool WaveRunner::settled(const LedgerObject& object) {
    return object.state == ObjectState::done || object.state == ObjectState::warned;
}

void WaveRunner::count(bool warned) {
    if (options_->progress == nullptr) return;
    ++options_->progress->done;
    if (warned) ++options_->progress->warned;
}

Result<void> WaveRunner::set_done(const LedgerObject& object) {
    PENSTOCK_TRY(ledger_->set_state(*destination_, object, ObjectState::done));
    count(false);
    return {};
}

Result<void> WaveRunner::record_failure(const LedgerObject& object, const Error& error) {
    return ledger_->set_state(*destination_, object, ObjectState::failed, error.to_string());
}

Result<void> WaveRunner::record_warning(const LedgerObject& object, const Error& error) {
    base::log_warning("schema", "{} is left out: {}", object.describe(), error.to_string());
    PENSTOCK_TRY(ledger_->set_state(*destination_, object, ObjectState::warned, error.to_string()));
    count(true);
    return {};
}

Result<void> WaveRunner::ensure(const LedgerObject& object) {
    if (options_->stop.stop_requested()) {
        return fail(ErrorKind::cancelled, base::error_cancelled, "stopped during schema migration");
    }
    if (options_->fence) PENSTOCK_TRY(options_->fence());
    const std::string wanted = wanted_text(object);
    PENSTOCK_ASSIGN(Text found, found_text(*destination_, object));
    if (!found) {
        PENSTOCK_TRY(ledger_->set_state(*destination_, object, ObjectState::creating));
        PENSTOCK_TRY(create(object));
        PENSTOCK_ASSIGN(found, found_text(*destination_, object));
    }
    if (found == wanted) return set_done(object);
    return fail(ErrorKind::definite, error_different,
                object.describe() + " on the destination is not as on the source: " +
                    describe_difference(wanted, found.value_or("")),
                "drop or correct it on the destination and run the task again");
}

Result<void> WaveRunner::create(const LedgerObject& object) {
    Result<void> created;
    switch (object.kind) {
        case ObjectKind::database:
            created = session_.execute("", object.create_sql);
            break;
        case ObjectKind::table:
            created = session_.execute(object.schema, object.create_sql);
            break;
        case ObjectKind::foreign_key:
            created = session_.execute(object.schema,
                                       "ALTER TABLE " + mysql::quote_identifier(object.table_name) +
                                           " ADD " + object.create_sql);
            break;
        default:
            created = create_code(object);
    }
    if (created || created.error().kind == ErrorKind::transient) return created;
    Error error = std::move(created.error());
    if (session_.failed_number() == needs_trust) {
        error.remedy =
            "SET GLOBAL log_bin_trust_function_creators=1 on the destination, or grant "
            "SUPER to the task's account";
    }
    if (error.remedy.empty()) error.remedy = "mend the cause and run the task again";
    return fail(error.kind, error_not_created,
                object.describe() + " could not be created: " + error.text,
                std::move(error.remedy));
}

// The server remembers the default collation that the schema had when code was created: where that
// is no longer the schema's, it is for the moment of the creation.
Result<void> WaveRunner::create_code(const LedgerObject& object) {
    const std::string& wanted = object.context.database_collation;
    const std::string& usual = database_collations_[object.schema];
    if (wanted.empty() || wanted == usual) {
        return session_.execute_in(object.context, object.schema, object.create_sql);
    }
    const std::string alter =
        "ALTER DATABASE " + mysql::quote_identifier(object.schema) + " COLLATE ";
    PENSTOCK_TRY(destination_->execute(alter + wanted));
    Result<void> created = session_.execute_in(object.context, object.schema, object.create_sql);
    if (!created && created.error().kind == ErrorKind::transient) return created;
    PENSTOCK_TRY(destination_->execute(alter + usual));
    return created;
}

Result<void> WaveRunner::restore_database_collations() {
    for (const auto& [name, collation] : database_collations_) {
        PENSTOCK_ASSIGN(const std::optional<DatabaseDefinition> database,
                        read_database(*destination_, name));
        if (!database || database->collation == collation) continue;
        PENSTOCK_TRY(destination_->execute("ALTER DATABASE " + mysql::quote_identifier(name) +
                                           " COLLATE " + collation));
    }
    return {};
}

}  // namespace penstock::schema
