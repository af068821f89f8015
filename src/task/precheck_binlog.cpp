// Precheck: the settings that following the source's binlog depends on.
#include <fmt/format.h>
#include <chrono>

#include "base/quantity.h"
#include "base/text.h"
#include "task/errors.h"
#include "task/precheck_context.h"

namespace penstock::task {
namespace {

constexpr std::uint64_t retention_seconds_min = 86'400;

// One variable that must have one value.
struct Setting {
    std::string_view name;
    std::string_view wanted;
    std::string_view why;
    std::string_view remedy;
};

constexpr Setting source_settings[] = {
    {"binlog_format", "ROW", "changes are logged as statements, which can't be applied exactly",
     "SET PERSIST binlog_format = 'ROW'; and let the clients connect anew"},
    {"binlog_row_image", "FULL", "rows are logged in part",
     "SET PERSIST binlog_row_image = 'FULL'; and let the clients connect anew"},
    {"binlog_row_value_options", "", "JSON values are logged as differences",
     "SET PERSIST binlog_row_value_options = ''; and let the clients connect anew"},
    {"gtid_mode", "ON", "transactions have no GTID",
     "SET PERSIST enforce_gtid_consistency = ON; then gtid_mode = OFF_PERMISSIVE, ON_PERMISSIVE "
     "and ON, one after the other"},
    {"enforce_gtid_consistency", "ON", "GTID mode needs it",
     "SET PERSIST enforce_gtid_consistency = ON;"},
};

void check_settings(PrecheckContext& context) {
    for (const Setting& setting : source_settings) {
        const std::string value = context.source().variable(setting.name);
        const bool right = base::equals_ignoring_ascii_case(value, setting.wanted);
        const std::string code = context.source().code(setting.name);
        const std::string shown =
            fmt::format("{} is {}", setting.name, value.empty() ? "empty" : value);
        if (right) {
            context.findings.pass(code, shown);
        } else {
            context.findings.fail(code, error_binlog_unusable,
                                  fmt::format("{}: {}", shown, setting.why),
                                  std::string(setting.remedy));
        }
    }
}

// What makes the stream richer or safer, but is not needed.
void check_habits(PrecheckContext& context) {
    Server& source = context.source();
    Findings& findings = context.findings;
    if (source.variable("binlog_row_metadata") == "FULL") {
        findings.pass("source.binlog_row_metadata", "binlog_row_metadata is FULL");
    } else {
        findings.warn("source.binlog_row_metadata",
                      "binlog_row_metadata is MINIMAL: columns are matched by their order, not by "
                      "name",
                      "SET PERSIST binlog_row_metadata = 'FULL'; (works at once)");
    }
    findings.pass("source.binlog_transaction_compression",
                  fmt::format("binlog_transaction_compression is {}: both are read",
                              source.variable("binlog_transaction_compression")));
    if (source.variable("sync_binlog") == "1") {
        findings.pass("source.sync_binlog", "sync_binlog is 1");
    } else {
        findings.warn("source.sync_binlog",
                      fmt::format("sync_binlog is {}: a crash of the source's host may lose "
                                  "transactions that the destination already has",
                                  source.variable("sync_binlog")),
                      "SET PERSIST sync_binlog = 1;");
    }
    const std::uint64_t kept = source.number("binlog_expire_logs_seconds");
    const bool purged = source.variable("binlog_expire_logs_auto_purge") != "OFF";
    if (kept != 0 && kept < retention_seconds_min && purged) {
        findings.warn("source.binlog_expire_logs_seconds",
                      fmt::format("the source keeps its binlog for {} only: a longer pause of the "
                                  "task ends it",
                                  base::format_duration(std::chrono::seconds(kept))),
                      "SET PERSIST binlog_expire_logs_seconds = 604800;");
    } else {
        findings.pass("source.binlog_expire_logs_seconds",
                      kept == 0 ? std::string("binlog files are never purged")
                                : fmt::format("binlog files are kept for {}",
                                              base::format_duration(std::chrono::seconds(kept))));
    }
}

// --binlog-do-db and --binlog-ignore-db leave changes out of the binlog without a trace.
void check_filters(PrecheckContext& context) {
    const bool new_words = context.source().connection.version().at_least(8, 2);
    const auto rows = context.source().connection.query(new_words ? "SHOW BINARY LOG STATUS"
                                                                  : "SHOW MASTER STATUS");
    if (!rows || rows->row_count() == 0) return;  // the missing right is reported with the others
    const std::string only = rows->text(0, 2);
    const std::string without = rows->text(0, 3);
    if (only.empty() && without.empty()) {
        context.findings.pass("source.binlog_filters", "no database is left out of the binlog");
        return;
    }
    context.findings.fail(
        "source.binlog_filters", error_binlog_unusable,
        fmt::format("the source leaves changes out of its binlog (binlog_do_db \"{}\", "
                    "binlog_ignore_db \"{}\")",
                    only, without),
        "remove these options from the source's configuration and restart it");
}

void check_source_is_replica(PrecheckContext& context) {
    if (context.source().on("log_replica_updates") || context.source().on("log_slave_updates"))
        return;
    context.findings.warn("source.log_replica_updates",
                          "log_replica_updates is OFF: if this source is itself a replica, what it "
                          "receives never reaches its own binlog",
                          "follow the origin, or set log_replica_updates = ON and restart");
}

}  // namespace

void check_destination_gtids(PrecheckContext& context) {
    const std::string gtids = context.destination.variable("gtid_mode");
    if (gtids == "ON") {
        context.findings.pass("destination.gtid_mode", "gtid_mode is ON");
    } else {
        context.findings.fail("destination.gtid_mode", error_precheck_failed,
                              fmt::format("gtid_mode is {} on the destination: DDL of the stream "
                                          "can't be made exactly-once",
                                          gtids),
                              "SET PERSIST enforce_gtid_consistency = ON; then gtid_mode = "
                              "OFF_PERMISSIVE, ON_PERMISSIVE and ON, one after the other");
    }
}

void check_binlog(PrecheckContext& context) {
    check_destination_gtids(context);
    if (!context.spec.modules.incremental) return;
    if (!context.source().on("log_bin")) {
        context.findings.fail(
            "source.log_bin", error_binlog_unusable, "the source writes no binlog (log_bin is OFF)",
            "remove skip_log_bin or set log_bin in its configuration, restart it");
        return;
    }
    context.findings.pass("source.log_bin", "log_bin is ON");
    check_settings(context);
    check_filters(context);
    check_habits(context);
    check_source_is_replica(context);
}

}  // namespace penstock::task
