// Precheck: a directory of binlog files as the source. What they hold can't be asked of a server:
// the beginning of each is read.
#include <fmt/format.h>
#include <set>

#include "capture/binlog_files.h"
#include "task/errors.h"
#include "task/precheck_context.h"

namespace penstock::task {
namespace {

// The data that the files go on from must be there.
void check_databases(PrecheckContext& context) {
    const auto rows = context.destination.query(
        context.findings, "databases",
        fmt::format("SELECT SCHEMA_NAME FROM information_schema.SCHEMATA WHERE SCHEMA_NAME IN ({})",
                    context.database_list()));
    if (!rows) return;
    std::set<std::string> there;
    for (std::size_t i = 0; i < rows->row_count(); ++i) there.insert(rows->text(i, 0));
    std::vector<std::string> missing;
    for (const std::string& name : context.spec.databases) {
        if (!there.contains(name)) missing.push_back(name);
    }
    if (missing.empty()) {
        context.findings.pass("destination.databases", "the selected databases are there");
        return;
    }
    context.findings.warn(
        "destination.databases",
        fmt::format("the destination has no database {}: right only if the files create it",
                    name_some(missing)),
        "restore the backup that source.start_gtids belongs to first");
}

// The destination may have the data without the GTIDs, so this proves nothing; but a wrong set
// would leave transactions out, or apply them twice.
void check_start_gtids(PrecheckContext& context) {
    if (context.resuming) return;
    const std::string start = context.spec.source.files->start_gtids.to_string();
    const auto rows =
        context.destination.query(context.findings, "start_gtids",
                                  fmt::format("SELECT GTID_SUBSET({}, @@GLOBAL.gtid_executed)",
                                              mysql::Connection::quote(start)));
    if (!rows) return;
    if (rows->text(0, 0) == "1") {
        context.findings.pass("destination.start_gtids",
                              "the destination's gtid_executed contains source.start_gtids");
        return;
    }
    context.findings.warn(
        "destination.start_gtids",
        "the destination's gtid_executed doesn't contain source.start_gtids: right only if the "
        "backup was restored without its GTIDs",
        "compare source.start_gtids with what the backup says");
}

}  // namespace

void check_files(PrecheckContext& context) {
    const FilesSpec& spec = *context.spec.source.files;
    if (context.destination_visible) check_databases(context);
    check_start_gtids(context);
    const auto fail = [&](const Error& error) {
        context.findings.add_error("source.files", error);
    };
    const auto files = capture::find_binlog_files(spec.place.string());
    if (!files) return fail(files.error());
    // A task that is resumed begins where its relay log ends, in a file that its run looks at.
    std::optional<capture::BinlogFilePath> file = files->back();
    if (!context.resuming) {
        auto needed = capture::first_file_needed(*files, spec.start_gtids);
        if (!needed) return fail(needed.error());
        file = std::move(*needed);
    }
    // Their beginnings may still come; else the run says which one is cut off.
    if (!file) file = files->front();
    const std::string first = file->name;
    while (true) {
        const auto before = capture::read_previous_gtids(file->path);
        if (!before) return fail(before.error());
        const auto next = capture::next_file(*files, file->name);
        if (!next) return fail(next.error());
        if (!*next) break;
        file = **next;
    }
    context.findings.pass("source.files", fmt::format("{} files in {}, read from {} to {}{}",
                                                      files->size(), spec.place.string(), first,
                                                      file->name, spec.follow ? " and on" : ""));
}

}  // namespace penstock::task
