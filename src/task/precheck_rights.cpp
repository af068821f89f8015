// Precheck: what the two accounts may do. Where a right can be tried out without changing
// anything, the trial decides; the rest is read from SHOW GRANTS with the session's active roles.
#include <fmt/format.h>

#include "base/text.h"
#include "mysql/errors.h"
#include "task/errors.h"
#include "task/precheck_context.h"

namespace penstock::task {
namespace {

// A statement that needs a right and changes nothing but the precheck's own session.
struct Probe {
    std::string_view right;
    std::string_view sql;
    // The right is there even though the statement fails, with any error but a missing right.
    bool may_fail;
};

constexpr Probe replica_probes[] = {
    {"REPLICATION SLAVE", "SHOW REPLICAS", false},
    {"REPLICATION CLIENT", "SHOW BINARY LOG STATUS", false},
};
// An empty BINLOG statement is refused, after the right has been looked at.
constexpr Probe applier_probe{"REPLICATION_APPLIER", "BINLOG ''", true};

bool read_grants(Server& server, Findings& findings) {
    server.grants =
        Grants(!server.on("partial_revokes"), server.variable("lower_case_table_names") != "0");
    const auto rows = server.query(findings, "rights", "SHOW GRANTS");
    if (!rows) return false;
    for (std::size_t i = 0; i < rows->row_count(); ++i) server.grants.add_line(rows->text(i, 0));
    return true;
}

void try_out(Server& server, const Probe& probe) {
    const auto rows = server.connection.query(probe.sql);
    if (rows || (probe.may_fail && rows.error().code == mysql::error_statement)) {
        server.grants.prove(probe.right, true);
    } else if (rows.error().code == mysql::error_missing_right) {
        server.grants.prove(probe.right, false);
    }
}

class Needs {
public:
    Needs& server(std::vector<std::string> any_of) {
        list_.push_back({std::move(any_of), {}});
        return *this;
    }
    Needs& schema(std::string_view name, std::initializer_list<std::string_view> rights) {
        for (const std::string_view right : rights) {
            list_.push_back({{std::string(right)}, std::string(name)});
        }
        return *this;
    }
    [[nodiscard]] const std::vector<Requirement>& list() const { return list_; }

private:
    std::vector<Requirement> list_;
};

std::string definer_right(const Server& server) {
    return server.connection.version().at_least(8, 2) ? "SET_ANY_DEFINER" : "SET_USER_ID";
}

Needs source_needs(PrecheckContext& context) {
    const TaskSpec& spec = context.spec;
    const Grants& grants = context.source().grants;
    const auto keyless = read_keyless_tables(context);
    const bool some_keyless = keyless && !keyless->empty();
    Needs needs;
    if (spec.modules.incremental) {
        needs.server({"REPLICATION SLAVE"}).server({"REPLICATION CLIENT", "SUPER"});
    }
    if (spec.modules.schema) needs.server({"SHOW_ROUTINE", "SELECT"});
    for (const std::string& database : spec.databases) {
        needs.schema(database, {"SELECT"});
        if (spec.modules.schema) needs.schema(database, {"SHOW VIEW", "TRIGGER"});
        if (spec.migrate_events) needs.schema(database, {"EVENT"});
        // Tables that can't be seen yet may be without a key.
        if (spec.modules.full && (some_keyless || !grants.allows("SELECT", database))) {
            needs.schema(database, {"LOCK TABLES"});
        }
    }
    if (!spec.migrate_events) return needs;
    // To see the runs of events that are still under way after the fence; a right on that table
    // alone is enough.
    if (!context.source().connection.query("SELECT 1 FROM performance_schema.threads LIMIT 0")) {
        needs.schema("performance_schema", {"SELECT"});
    }
    if (spec.gate.fence == gate::FencePolicy::events) {
        needs.server({"SESSION_VARIABLES_ADMIN", "SYSTEM_VARIABLES_ADMIN", "SUPER"});
        needs.server({definer_right(context.source()), "SUPER"});
    } else if (spec.gate.fence == gate::FencePolicy::scheduler) {
        needs.server({"SYSTEM_VARIABLES_ADMIN", "SUPER"});
    }
    if (spec.modules.incremental) {
        needs.schema("penstock", {"CREATE", "SELECT", "INSERT", "UPDATE", "DELETE"});
    }
    return needs;
}

Needs destination_needs(PrecheckContext& context) {
    const TaskSpec& spec = context.spec;
    Needs needs;
    needs.server({"REPLICATION_APPLIER", "BINLOG_ADMIN", "SUPER"});
    needs.server({"SESSION_VARIABLES_ADMIN", "SYSTEM_VARIABLES_ADMIN", "SUPER"});
    if (spec.modules.schema) {
        needs.server({definer_right(context.destination), "SUPER"});
        if (context.destination.connection.version().at_least(8, 2)) {
            needs.server({"ALLOW_NONEXISTENT_DEFINER"});
        }
    }
    for (const std::string& database : spec.databases) {
        needs.schema(database, {"SELECT", "INSERT", "UPDATE", "DELETE"});
        if (spec.modules.schema || spec.modules.incremental) {
            needs.schema(database, {"CREATE", "DROP", "ALTER", "INDEX", "REFERENCES", "CREATE VIEW",
                                    "SHOW VIEW", "TRIGGER", "CREATE ROUTINE", "ALTER ROUTINE",
                                    "EXECUTE", "LOCK TABLES"});
        }
        if (spec.migrate_events) needs.schema(database, {"EVENT"});
    }
    needs.schema("penstock", {"SELECT", "INSERT", "UPDATE", "DELETE", "CREATE"});
    return needs;
}

bool report(Server& server, Findings& findings, const Needs& needs) {
    const std::string account = server.account;
    const auto lines = server.grants.missing(needs.list(), account);
    if (lines.empty()) {
        findings.pass(server.code("rights"), fmt::format("{} has what the task needs", account));
    } else {
        findings.fail(server.code("rights"), error_rights_missing,
                      fmt::format("{} lacks rights on the {}", account, server.side),
                      fmt::format("{}", fmt::join(lines, "\n")));
    }
    std::vector<std::string> excess;
    for (const char* const right : {"SUPER", "FILE", "CREATE USER", "SHUTDOWN"}) {
        if (server.grants.allows(right, {})) excess.emplace_back(right);
    }
    if (!excess.empty()) {
        findings.warn(
            server.code("rights_excess"),
            fmt::format("{} also has {}, which penstock never needs", account, name_some(excess)),
            "use an account of its own with the least rights, see README.md");
    }
    return lines.empty();
}

}  // namespace

void check_rights(PrecheckContext& context) {
    Server& source = context.source();
    context.source_visible = read_grants(source, context.findings);
    if (context.source_visible) {
        if (context.spec.modules.incremental && source.connection.version().at_least(8, 2)) {
            for (const Probe& probe : replica_probes) try_out(source, probe);
        }
        context.source_visible = report(source, context.findings, source_needs(context));
    }
    check_destination_rights(context);
}

void check_destination_rights(PrecheckContext& context) {
    Server& destination = context.destination;
    context.destination_visible = read_grants(destination, context.findings);
    if (context.destination_visible) {
        try_out(destination, applier_probe);
        context.destination_visible =
            report(destination, context.findings, destination_needs(context));
    }
}

}  // namespace penstock::task
