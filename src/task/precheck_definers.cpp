// Precheck: the definers of events, views, routines and triggers. One that is missing on the
// destination makes its objects fail when they are used; one with SYSTEM_USER can only be named by
// an account that has it too (error 1227).
#include <fmt/format.h>
#include <set>

#include "task/errors.h"
#include "task/precheck_context.h"

namespace penstock::task {
namespace {

using Accounts = std::set<std::string>;

std::vector<std::string> list(const Accounts& accounts) {
    return {accounts.begin(), accounts.end()};
}

std::optional<Accounts> read_definers(PrecheckContext& context) {
    std::string sql = fmt::format(
        "SELECT DEFINER FROM information_schema.VIEWS WHERE TABLE_SCHEMA IN ({0}) UNION"
        " SELECT DEFINER FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA IN ({0}) UNION"
        " SELECT DEFINER FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA IN ({0})",
        context.database_list());
    if (context.spec.migrate_events) {
        sql += fmt::format(
            " UNION SELECT DEFINER FROM information_schema.EVENTS WHERE EVENT_SCHEMA IN ({})",
            context.database_list());
    }
    const auto rows = context.source().query(context.findings, "definers", sql);
    if (!rows) return std::nullopt;
    Accounts definers;
    for (std::size_t i = 0; i < rows->row_count(); ++i) definers.insert(rows->text(i, 0));
    return definers;
}

constexpr std::string_view system_user_code = "destination.system_user";

void check_system_users(PrecheckContext& context, const Accounts& definers) {
    Server& server = context.destination;
    if (server.grants.allows("SYSTEM_USER", {})) return;
    const auto rows = server.connection.query(
        "SELECT CONCAT(USER, '@', HOST) FROM mysql.global_grants WHERE PRIV = 'SYSTEM_USER'");
    if (!rows) {
        if (definers.size() == definers.count(server.account)) return;
        // Found out at the release otherwise, when it is too late.
        context.findings.fail(
            std::string(system_user_code), error_rights_missing,
            fmt::format("{} has no SYSTEM_USER and can't see which definers have it; objects of "
                        "those that do can't be created: {}",
                        server.account, name_some(list(definers))),
            fmt::format("GRANT SELECT ON `mysql`.`global_grants` TO {};",
                        quote_account(server.account)));
        return;
    }
    std::vector<std::string> mighty;
    for (std::size_t i = 0; i < rows->row_count(); ++i) {
        if (definers.contains(rows->text(i, 0))) mighty.push_back(rows->text(i, 0));
    }
    if (mighty.empty()) return;
    const Requirement right{{"SYSTEM_USER"}, {}};
    context.findings.fail(std::string(system_user_code), error_rights_missing,
                          fmt::format("definers have SYSTEM_USER on the destination, and {} has "
                                      "not: {}. Their objects can't be created",
                                      server.account, name_some(mighty)),
                          server.grants.missing({right}, server.account).front());
}

}  // namespace

void check_definers(PrecheckContext& context) {
    if (!context.spec.modules.schema || !context.source_visible) return;
    const auto definers = read_definers(context);
    if (!definers || definers->empty()) return;
    Server& server = context.destination;
    check_system_users(context, *definers);
    const std::string code = "destination.definers";
    const auto rows = server.connection.query("SELECT CONCAT(User, '@', Host) FROM mysql.user");
    if (!rows) {
        const std::string account = quote_account(server.account);
        context.findings.warn(
            code, fmt::format("can't see whether definers exist: {}", name_some(list(*definers))),
            fmt::format("GRANT SELECT (`User`, `Host`) ON `mysql`.`user` TO {};", account));
        return;
    }
    Accounts missing = *definers;
    for (std::size_t i = 0; i < rows->row_count(); ++i) missing.erase(rows->text(i, 0));
    if (missing.empty()) {
        context.findings.pass(code, fmt::format("all {} definers exist", definers->size()));
        return;
    }
    context.findings.warn(code,
                          fmt::format("definers without an account on the destination: {}. Their "
                                      "events can't be migrated; their routines, views and "
                                      "triggers fail when used",
                                      name_some(list(missing))),
                          "create these accounts, with the rights their objects need (EVENT on the "
                          "database for events), before they are needed");
}

}  // namespace penstock::task
