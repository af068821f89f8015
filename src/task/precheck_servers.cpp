// Precheck: connections, what the servers are, and whether the task's name is free.
#include <fmt/format.h>
#include <cmath>
#include <tuple>

#include "base/text.h"
#include "task/errors.h"
#include "task/precheck_context.h"

namespace penstock::task {
namespace {

constexpr double clock_skew_seconds_max = 2;

void check_same_server(PrecheckContext& context) {
    const std::string uuid = context.source().variable("server_uuid");
    if (!uuid.empty() && uuid == context.destination.variable("server_uuid")) {
        context.findings.fail("servers.differ", error_same_server,
                              fmt::format("{} and {} are the same server (server_uuid {})",
                                          context.spec.source.endpoint.describe(),
                                          context.spec.destination.describe(), uuid),
                              "check host, port and socket of [source] and [destination]");
        return;
    }
    context.findings.pass("servers.differ", "source and destination are two servers");
}

void check_versions(PrecheckContext& context) {
    const mysql::ServerVersion& from = context.source().connection.version();
    const mysql::ServerVersion& to = context.destination.connection.version();
    if (std::tie(from.major, from.minor) > std::tie(to.major, to.minor)) {
        context.findings.warn(
            "servers.versions",
            fmt::format("the source ({}) is newer than the destination ({}): its DDL may use what "
                        "the destination does not know",
                        from.text, to.text),
            "use a destination of the same or a newer version");
    } else {
        context.findings.pass("servers.versions", fmt::format("{} to {}", from.text, to.text));
    }
}

void check_server_ids(PrecheckContext& context) {
    const std::uint64_t source = context.source().number("server_id");
    const std::uint64_t destination = context.destination.number("server_id");
    const std::uint64_t ours = context.spec.source.server_id;
    if (source == 0) {
        context.findings.fail("source.server_id", error_binlog_unusable,
                              "the source has server_id 0 and refuses every replication client",
                              "SET PERSIST server_id = <a number unique among your servers>;");
        return;
    }
    if (source == destination) {
        context.findings.warn(
            "servers.server_id",
            fmt::format("source and destination both have server_id {}: they can't replicate from "
                        "each other, not even after a cut-over",
                        source),
            "SET PERSIST server_id = <another number>; on one of them");
    } else {
        context.findings.pass("servers.server_id",
                              fmt::format("source {}, destination {}", source, destination));
    }
    if (ours == source || ours == destination) {
        context.findings.fail("task.server_id", error_precheck_failed,
                              fmt::format("source.server_id {} is that of the {}", ours,
                                          ours == source ? "source" : "destination"),
                              "choose a server_id in [source] that no server has");
        return;
    }
    const bool new_words = context.source().connection.version().at_least(8, 0, 22);
    // A missing right is reported with the other rights.
    const auto rows =
        context.source().connection.query(new_words ? "SHOW REPLICAS" : "SHOW SLAVE HOSTS");
    for (std::size_t i = 0; rows && i < rows->row_count(); ++i) {
        if (rows->text(i, 0) != std::to_string(ours)) continue;
        const std::string finding = fmt::format(
            "the source has a replica or other client registered with server_id {}", ours);
        // The registration of our own run that was killed a moment ago looks just the same.
        if (context.resuming) {
            context.findings.warn("task.server_id", finding,
                                  "fine if it is this task's own last run, else choose another "
                                  "server_id in [source]");
        } else {
            context.findings.fail("task.server_id", error_precheck_failed, finding,
                                  "choose another server_id in [source]");
        }
        return;
    }
    context.findings.pass("task.server_id", fmt::format("{} is free on the source", ours));
}

void check_clocks(PrecheckContext& context) {
    constexpr std::string_view clock = "SELECT UNIX_TIMESTAMP(NOW(6))";
    const auto before = context.source().connection.query_value(clock);
    const auto between = context.destination.connection.query_value(clock);
    const auto after = context.source().connection.query_value(clock);
    if (!before || !between || !after || !*before || !*between || !*after) return;
    // The destination's reading lies between two of the source: half their distance is the doubt.
    const double low = std::stod(**before);
    const double high = std::stod(**after);
    const double skew = std::stod(**between) - (low + high) / 2;
    if (std::abs(skew) > clock_skew_seconds_max + (high - low) / 2) {
        context.findings.warn(
            "servers.clock",
            fmt::format("the destination's clock is {:.1f} s {} the source's: lag in seconds and "
                        "event times are off by as much",
                        std::abs(skew), skew > 0 ? "ahead of" : "behind"),
            "synchronise both clocks (chrony or systemd-timesyncd)");
    } else {
        context.findings.pass("servers.clock",
                              fmt::format("clocks differ by {:.2f} s", std::abs(skew)));
    }
}

void check_name_case(PrecheckContext& context) {
    const std::string source = context.source().variable("lower_case_table_names");
    const std::string destination = context.destination.variable("lower_case_table_names");
    if (source == destination) {
        context.findings.pass("servers.lower_case_table_names", fmt::format("both {}", source));
        return;
    }
    context.findings.fail(
        "servers.lower_case_table_names", error_precheck_failed,
        fmt::format("lower_case_table_names is {} on the source and {} on the destination: the "
                    "same name would be another table",
                    source, destination),
        "create the destination anew with the source's value: it can't be changed later");
}

}  // namespace

std::optional<Server> check_connection(const mysql::Endpoint& endpoint, std::string_view side,
                                       Findings& findings) {
    const std::string code = fmt::format("{}.connection", side);
    mysql::SessionOptions options;
    options.program_name = "penstock-precheck";
    options.network_timeout = std::chrono::seconds(120);
    auto connection = mysql::Connection::open(endpoint, options);
    if (!connection) {
        findings.add_error(code, connection.error());
        return std::nullopt;
    }
    Server server{std::string(side), std::move(*connection), {}, {}, Grants{}};
    const mysql::ServerVersion& version = server.connection.version();
    if (version.flavour == mysql::Flavour::mariadb) {
        findings.fail(code, error_unsupported_server,
                      fmt::format("the {} {} is MariaDB {}: not supported yet", side,
                                  endpoint.describe(), version.text),
                      "use MySQL 8.0 or newer");
        return std::nullopt;
    }
    if (!version.at_least(8, 0)) {
        findings.fail(
            code, error_unsupported_server,
            fmt::format("the {} {} is MySQL {}: too old", side, endpoint.describe(), version.text),
            "use MySQL 8.0 or newer");
        return std::nullopt;
    }
    const auto variables = server.query(findings, "connection", "SHOW GLOBAL VARIABLES");
    const auto account = server.query(findings, "connection", "SELECT CURRENT_USER()");
    if (!variables || !account) return std::nullopt;
    for (std::size_t i = 0; i < variables->row_count(); ++i) {
        server.variables.emplace(variables->text(i, 0), variables->text(i, 1));
    }
    server.account = account->text(0, 0);
    findings.pass(code,
                  fmt::format("{} at {} as {}", version.text, endpoint.describe(), server.account));
    return server;
}

void check_servers(PrecheckContext& context) {
    check_same_server(context);
    check_versions(context);
    check_name_case(context);
    check_clocks(context);
}

void check_task(PrecheckContext& context) {
    const auto record = load(context.destination.connection, context.spec.name);
    if (!record && record.error().code != error_task_not_found) {
        // Without any right on schema penstock there is nothing to see; the rights say the rest.
        if (record.error().kind != ErrorKind::refused) {
            context.findings.add_error("task.state", record.error());
        }
    } else if (!record) {
        context.findings.pass("task.state", "the destination has no task of this name yet");
    } else if (record->source_uuid != context.source_uuid()) {
        context.findings.fail(
            "task.state", error_other_task,
            fmt::format(
                "the destination's task \"{}\" was made for another source (server_uuid {})",
                context.spec.name, record->source_uuid),
            "use another name in the task file");
    } else {
        context.resuming = true;
        context.findings.pass("task.state",
                              fmt::format("resumes the task begun at {} UTC", record->created));
    }
    if (context.spec.modules.incremental && context.source_server != nullptr) {
        check_server_ids(context);
    }
}

}  // namespace penstock::task
