// Precheck: what is selected on the source, and whether all of it can be carried.
#include <fmt/format.h>
#include <algorithm>

#include "apply/checkpoint.h"
#include "task/errors.h"
#include "task/precheck_context.h"
#include "task/store.h"

namespace penstock::task {
namespace {

// First column of each row, or first and second joined by a dot.
std::vector<std::string> names_of(const mysql::ResultSet& rows) {
    std::vector<std::string> names;
    for (std::size_t i = 0; i < rows.row_count(); ++i) {
        names.push_back(rows.column_count() > 1 ? rows.text(i, 0) + "." + rows.text(i, 1)
                                                : rows.text(i, 0));
    }
    return names;
}

bool check_databases(PrecheckContext& context) {
    const auto rows = context.source().query(
        context.findings, "databases",
        fmt::format("SELECT SCHEMA_NAME FROM information_schema.SCHEMATA WHERE SCHEMA_NAME IN ({})",
                    context.database_list()));
    if (!rows) return false;
    // information_schema compares without regard to case where the file system does too; the
    // spelling decides here.
    const std::vector<std::string> found = names_of(*rows);
    std::vector<std::string> missing;
    for (const std::string& name : context.spec.databases) {
        if (std::find(found.begin(), found.end(), name) == found.end()) missing.push_back(name);
    }
    if (missing.empty()) {
        context.findings.pass("source.databases",
                              fmt::format("{} selected: {}", found.size(), name_some(found)));
        return true;
    }
    context.findings.fail("source.databases", error_database_missing,
                          fmt::format("the source has no database {}, or {} may not see it",
                                      name_some(missing), context.source().account),
                          "check select.databases (spelling and case) and the account's rights");
    return false;
}

void check_engines(PrecheckContext& context) {
    const auto rows = context.source().query(
        context.findings, "engines",
        fmt::format("SELECT TABLE_SCHEMA, CONCAT(TABLE_NAME, ' (', COALESCE(ENGINE, 'none'), ')')"
                    " FROM information_schema.TABLES WHERE TABLE_TYPE = 'BASE TABLE'"
                    " AND COALESCE(ENGINE, '') <> 'InnoDB' AND TABLE_SCHEMA IN ({}) ORDER BY 1, 2",
                    context.database_list()));
    if (!rows) return;
    if (rows->row_count() == 0) {
        context.findings.pass("source.engines", "all tables are InnoDB");
        return;
    }
    context.findings.warn("source.engines",
                          fmt::format("tables that are not InnoDB: {}. A crash may leave them with "
                                      "part of a transaction",
                                      name_some(names_of(*rows))),
                          "ALTER TABLE … ENGINE=InnoDB on the source where that is possible");
}

void check_keys(PrecheckContext& context) {
    const auto tables = read_keyless_tables(context);
    if (!tables) {
        context.findings.add_error("source.keys", tables.error());
    } else if (tables->empty()) {
        context.findings.pass("source.keys", "every table has a usable key");
    } else {
        context.findings.warn(
            "source.keys",
            fmt::format("tables without a usable key: {}. They are copied in one piece under a "
                        "short LOCK TABLES … READ, and their updates are found by comparing whole "
                        "rows",
                        name_some(*tables)),
            "add a primary key; it may be an invisible column");
    }
}

void check_prepared_transactions(PrecheckContext& context) {
    const auto rows = context.source().connection.query("XA RECOVER CONVERT XID");
    if (!rows) {
        // Error 1401 stands for the missing right too: the server's words would mislead.
        const Requirement right{{"XA_RECOVER_ADMIN"}, {}};
        context.findings.warn(
            "source.xa",
            fmt::format("can't see whether XA transactions are prepared: {} lacks "
                        "XA_RECOVER_ADMIN",
                        context.source().account),
            Grants().missing({right}, context.source().account).front());
        return;
    }
    if (rows->row_count() == 0) {
        context.findings.pass("source.xa", "no XA transaction is prepared");
        return;
    }
    std::vector<std::string> names;
    for (std::size_t i = 0; i < rows->row_count(); ++i) names.push_back(rows->text(i, 3));
    context.findings.fail(
        "source.xa", error_precheck_failed,
        fmt::format("prepared XA transactions hold rows that the copy can't see: {}",
                    name_some(names)),
        "XA COMMIT or XA ROLLBACK them on the source, then start again");
}

void check_collations(PrecheckContext& context) {
    const std::string list = context.database_list();
    const auto used = context.source().query(
        context.findings, "collations",
        fmt::format("SELECT DEFAULT_COLLATION_NAME FROM information_schema.SCHEMATA"
                    " WHERE SCHEMA_NAME IN ({0}) UNION"
                    " SELECT TABLE_COLLATION FROM information_schema.TABLES"
                    " WHERE TABLE_SCHEMA IN ({0}) AND TABLE_COLLATION IS NOT NULL UNION"
                    " SELECT COLLATION_NAME FROM information_schema.COLUMNS"
                    " WHERE TABLE_SCHEMA IN ({0}) AND COLLATION_NAME IS NOT NULL",
                    list));
    const auto known = context.destination.query(
        context.findings, "collations", "SELECT COLLATION_NAME FROM information_schema.COLLATIONS");
    if (!used || !known) return;
    const std::vector<std::string> there = names_of(*known);
    std::vector<std::string> missing;
    for (const std::string& name : names_of(*used)) {
        if (std::find(there.begin(), there.end(), name) == there.end()) missing.push_back(name);
    }
    if (missing.empty()) {
        context.findings.pass("destination.collations",
                              fmt::format("all {} collations in use exist", used->row_count()));
        return;
    }
    context.findings.fail("destination.collations", error_precheck_failed,
                          fmt::format("the destination does not know {}", name_some(missing)),
                          "use a destination of the source's version or newer");
}

bool overlap_is_over(PrecheckContext& context) {
    if (!context.resuming) return false;
    mysql::Connection& destination = context.destination.connection;
    const auto record = load(destination, context.spec.name);
    const auto checkpoint = apply::peek_checkpoint(destination, context.spec.name);
    if (!record || !record->overlap_end || !checkpoint || !*checkpoint) return false;
    const relay::Position end{record->overlap_end->file, record->overlap_end->position};
    return !((*checkpoint)->position < end);
}

// Servers before 9.6, and later ones that leave foreign keys to InnoDB, do not log the child rows
// that a foreign key changes: while the copy overlaps the stream they would be lost.
void check_cascades(PrecheckContext& context) {
    constexpr const char* code = "source.cascades";
    if (context.source().connection.version().at_least(9, 6) &&
        !context.source().on("innodb_native_foreign_keys")) {
        return context.findings.pass(code, "the source logs rows changed by foreign keys");
    }
    if (overlap_is_over(context)) {
        return context.findings.pass(code, "the stream has passed the end of the copy");
    }
    const auto rows = context.source().query(
        context.findings, "cascades",
        fmt::format("SELECT CONSTRAINT_SCHEMA, TABLE_NAME FROM"
                    " information_schema.REFERENTIAL_CONSTRAINTS WHERE CONSTRAINT_SCHEMA IN ({})"
                    " AND (DELETE_RULE NOT IN ('RESTRICT', 'NO ACTION')"
                    " OR UPDATE_RULE NOT IN ('RESTRICT', 'NO ACTION')) ORDER BY 1, 2",
                    context.database_list()));
    if (!rows) return;
    if (rows->row_count() == 0) {
        return context.findings.pass(code, "no foreign key changes rows by itself");
    }
    context.findings.fail(
        code, error_unsupported_server,
        fmt::format("foreign keys with CASCADE or SET NULL on a server that does not log what they "
                    "change: {}",
                    name_some(names_of(*rows))),
        "upgrade the source to MySQL 9.6 or newer with innodb_native_foreign_keys = OFF, or leave "
        "the full module out");
}

}  // namespace

Result<std::vector<std::string>> read_keyless_tables(PrecheckContext& context) {
    PENSTOCK_ASSIGN(
        const mysql::ResultSet rows,
        context.source().connection.query(fmt::format(
            "SELECT t.TABLE_SCHEMA, t.TABLE_NAME FROM information_schema.TABLES t"
            " WHERE t.TABLE_TYPE = 'BASE TABLE' AND t.TABLE_SCHEMA IN ({}) AND NOT EXISTS"
            " (SELECT 1 FROM information_schema.STATISTICS s WHERE s.TABLE_SCHEMA = t.TABLE_SCHEMA"
            " AND s.TABLE_NAME = t.TABLE_NAME AND s.NON_UNIQUE = 0 GROUP BY s.INDEX_NAME"
            " HAVING SUM(s.NULLABLE = 'YES' OR s.COLUMN_NAME IS NULL OR s.SUB_PART IS NOT NULL) = "
            "0)"
            " ORDER BY 1, 2",
            context.database_list())));
    return names_of(rows);
}

void check_source_objects(PrecheckContext& context) {
    if (!context.source_visible || !check_databases(context)) return;
    check_engines(context);
    check_keys(context);
    check_collations(context);
    if (context.spec.modules.incremental) check_prepared_transactions(context);
    if (context.spec.modules.incremental && context.spec.modules.full) check_cascades(context);
}

}  // namespace penstock::task
