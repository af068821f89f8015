// Precheck: whether the destination is free for the task and takes what it will be sent, and
// whether this host has room for the relay log.
#include <fmt/format.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "apply/limits.h"
#include "base/quantity.h"
#include "base/text.h"
#include "relay/identity.h"
#include "task/errors.h"
#include "task/precheck_context.h"

namespace penstock::task {
namespace {

constexpr std::uint64_t relay_free_bytes_min = 64ull << 20;
constexpr std::uint64_t relay_free_bytes_good = 2ull << 30;

void check_empty(PrecheckContext& context) {
    const auto rows = context.destination.query(
        context.findings, "empty",
        fmt::format("SELECT n, what FROM (SELECT TABLE_SCHEMA n, LOWER(TABLE_TYPE) what"
                    " FROM information_schema.TABLES UNION ALL"
                    " SELECT ROUTINE_SCHEMA, LOWER(ROUTINE_TYPE) FROM information_schema.ROUTINES"
                    " UNION ALL SELECT EVENT_SCHEMA, 'event' FROM information_schema.EVENTS) o"
                    " WHERE n IN ({}) ORDER BY 1, 2",
                    context.database_list()));
    if (!rows) return;
    if (rows->row_count() == 0) {
        context.findings.pass("destination.empty", "the selected databases have no objects there");
        return;
    }
    const std::string what = fmt::format(
        "{} objects in {}", rows->row_count(),
        rows->text(0, 0) +
            (rows->text(rows->row_count() - 1, 0) == rows->text(0, 0) ? "" : " and others"));
    if (context.resuming) {
        context.findings.pass("destination.empty", fmt::format("{}, of this task", what));
    } else if (!context.spec.modules.schema) {
        context.findings.pass("destination.empty",
                              fmt::format("{}; the task brings no schema of its own", what));
    } else {
        context.findings.fail("destination.empty", error_destination_not_empty,
                              fmt::format("the destination already has {} (the first is a {})",
                                          what, rows->text(0, 1)),
                              "drop these databases on the destination if their content may go, or "
                              "use another destination");
    }
}

void check_writable(PrecheckContext& context) {
    Server& server = context.destination;
    if (server.on("super_read_only")) {
        context.findings.fail("destination.read_only", error_precheck_failed,
                              "the destination is super_read_only",
                              "SET GLOBAL super_read_only = OFF; SET GLOBAL read_only = OFF;");
    } else if (server.on("read_only") && !server.grants.allows("CONNECTION_ADMIN", {}) &&
               !server.grants.allows("SUPER", {})) {
        context.findings.fail(
            "destination.read_only", error_precheck_failed, "the destination is read_only",
            fmt::format(
                "SET GLOBAL read_only = OFF; or, to keep others out: {}",
                fmt::join(server.grants.missing({{{"CONNECTION_ADMIN"}, {}}}, server.account),
                          "\n")));
    } else {
        context.findings.pass("destination.read_only", "the destination can be written");
    }
}

void check_packet(PrecheckContext& context) {
    const bool known = context.source_server != nullptr;
    const std::uint64_t source = known ? context.source().number("max_allowed_packet") : 0;
    const std::uint64_t destination = context.destination.number("max_allowed_packet");
    // Of a statement that a large transaction is cut into; and room for the rows event that passes
    // the limit.
    const std::uint64_t needed =
        context.spec.incremental.group_bytes * (apply::statement_factor + 1);
    const std::string shown = fmt::format("max_allowed_packet is {}",
                                          base::format_size(static_cast<double>(destination)));
    if (destination < needed) {
        context.findings.fail("destination.max_allowed_packet", error_precheck_failed,
                              fmt::format("{}: too small for incremental.group_bytes", shown),
                              "SET PERSIST max_allowed_packet = 1073741824; or a smaller "
                              "group_bytes");
    } else if (destination < source) {
        context.findings.warn("destination.max_allowed_packet",
                              fmt::format("{}, less than the source's {}: a large row may not go "
                                          "through",
                                          shown, base::format_size(static_cast<double>(source))),
                              "SET PERSIST max_allowed_packet = 1073741824;");
    } else {
        context.findings.pass("destination.max_allowed_packet", shown);
    }
}

// Errors 1418 and 1419: with the binlog on, functions and triggers need the server's trust.
void check_function_creators(PrecheckContext& context) {
    if (!context.spec.modules.schema || !context.source_visible) return;
    const std::string code = "destination.log_bin_trust_function_creators";
    if (!context.destination.on("log_bin") ||
        context.destination.on("log_bin_trust_function_creators") ||
        context.destination.grants.allows("SUPER", {})) {
        context.findings.pass(code, "functions and triggers can be created");
        return;
    }
    const auto count = context.source().connection.query_value(
        fmt::format("SELECT (SELECT COUNT(*) FROM information_schema.ROUTINES"
                    " WHERE ROUTINE_TYPE = 'FUNCTION' AND ROUTINE_SCHEMA IN ({0}))"
                    " + (SELECT COUNT(*) FROM information_schema.TRIGGERS"
                    " WHERE TRIGGER_SCHEMA IN ({0}))",
                    context.database_list()));
    const std::string remedy = "SET PERSIST log_bin_trust_function_creators = ON;";
    if (count && *count && **count == "0") {
        context.findings.warn(code,
                              "log_bin_trust_function_creators is OFF: there is no function or "
                              "trigger now, but one created later would stop the task",
                              remedy);
    } else {
        context.findings.fail(code, error_precheck_failed,
                              "log_bin_trust_function_creators is OFF: the destination will refuse "
                              "functions and triggers (errors 1418, 1419)",
                              remedy);
    }
}

// The folder is of this task, or unused: segments of another one must not be taken for ours.
void check_relay_owner(PrecheckContext& context) {
    relay::Identity identity{context.spec.name, "", context.source_uuid()};
    if (context.resuming) {
        const auto record = load(context.destination.connection, context.spec.name);
        if (!record) return context.findings.add_error("relay.owner", record.error());
        identity.task_uuid = record->task_uuid;
    }
    const auto checked = relay::check_directory(context.spec.relay.directory.string(), identity);
    if (!checked) context.findings.add_error("relay.owner", checked.error());
}

void check_relay_folder(PrecheckContext& context) {
    std::filesystem::path folder = context.spec.relay.directory;
    std::error_code ignored;
    while (!std::filesystem::exists(folder, ignored) && folder.has_relative_path()) {
        folder = folder.parent_path();
    }
    const std::string shown = context.spec.relay.directory.string();
    struct statvfs disk {};
    if (::access(folder.c_str(), W_OK | X_OK) != 0 || ::statvfs(folder.c_str(), &disk) != 0) {
        context.findings.fail("relay.directory", error_precheck_failed,
                              fmt::format("can't write into {} for the relay log", folder.string()),
                              "choose a writable relay.directory");
        return;
    }
    const std::uint64_t bytes = static_cast<std::uint64_t>(disk.f_bavail) * disk.f_frsize;
    const std::string finding =
        fmt::format("{} free for {}, and relay.min_free of that is left to others",
                    base::format_size(static_cast<double>(bytes)), shown);
    const std::string remedy =
        "free some space, or choose another relay.directory: it takes what the source logs while "
        "the copy runs";
    const std::uint64_t kept_free = context.spec.relay.budget.free_bytes_min;
    if (bytes < relay_free_bytes_min + kept_free && context.resuming) {
        context.findings.warn("relay.directory",
                              "only " + finding + ": capture pauses until there is more",
                              "free some space; what is applied of the relay log makes room, too");
    } else if (bytes < relay_free_bytes_min + kept_free) {
        context.findings.fail("relay.directory", error_precheck_failed, "only " + finding, remedy);
    } else if (bytes < relay_free_bytes_good) {
        context.findings.warn("relay.directory", "only " + finding, remedy);
    } else {
        context.findings.pass("relay.directory", finding);
    }
}

}  // namespace

void check_destination(PrecheckContext& context) {
    const bool with_files = context.spec.source.files.has_value();
    if (context.destination_visible && !with_files) check_empty(context);
    check_writable(context);
    check_function_creators(context);
    if (context.spec.modules.incremental) {
        check_packet(context);
        check_relay_owner(context);
        check_relay_folder(context);
    }
}

}  // namespace penstock::task
