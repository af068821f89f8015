#include "snapshot/part_copier.h"

#include <fmt/format.h>
#include <algorithm>
#include <array>
#include <charconv>
#include <utility>
#include <vector>

#include "base/log.h"
#include "schema/catalogue.h"
#include "snapshot/errors.h"
#include "snapshot/limits.h"
#include "snapshot/sessions.h"
#include "snapshot/whole_table_snapshot.h"

namespace penstock::snapshot {
namespace {

// Unknown database, column, table or index; definition changed since the transaction began.
constexpr std::array<unsigned, 5> server_errors_of_changed_tables{1049, 1054, 1146, 1176, 1412};

Result<std::size_t> read_packet_bytes_max(mysql::Connection& connection) {
    PENSTOCK_ASSIGN(const std::optional<std::string> text,
                    connection.query_value("SELECT @@max_allowed_packet"));
    std::size_t bytes = 0;
    const std::string digits = text.value_or("");
    std::from_chars(digits.data(), digits.data() + digits.size(), bytes);
    return std::max(bytes, statement_bytes_max);
}

Error table_changed(const TableShape& table, std::string_view what) {
    return Error{ErrorKind::definite, error_table_changed,
                 fmt::format("table {} was changed on the source while it was copied: {}",
                             table.quoted_name(), what),
                 "empty the destination and start the task over while no table is being altered"};
}

}  // namespace

PartCopier::PartCopier(const FullMigrationOptions& options, const mysql::Endpoint& source,
                       const mysql::Endpoint& destination, const Fence& fence, CopyStats& stats)
    : options_(options),
      source_endpoint_(source),
      destination_endpoint_(destination),
      fence_(fence),
      stats_(stats) {}

Result<void> PartCopier::copy(const TableShape& table, Part& part, const std::stop_token& stop) {
    const CopyStatement statement(table);
    const Job job{table, statement, stop, part};
    std::uint64_t commits_before = commits_;
    unsigned failures = 0;
    while (true) {
        Result<void> copied = attempt(job);
        if (copied) return {};
        const Error error = explain(std::move(copied.error()), job);
        // Whatever is open there is rolled back by closing.
        source_.reset();
        destination_.reset();
        if (error.kind != ErrorKind::transient) return tl::unexpected<Error>(error);
        failures = commits_ > commits_before ? 1 : failures + 1;
        commits_before = commits_;
        if (failures >= attempts_max) return tl::unexpected<Error>(error);
        stats_.retries.fetch_add(1, std::memory_order_relaxed);
        base::log_warning("snapshot", "{}; trying again ({} of {})", error.to_string(), failures,
                          attempts_max);
        if (!pause(retry_pause(failures), stop)) return cancelled();
    }
}

Result<void> PartCopier::attempt(const Job& job) {
    if (job.stop.stop_requested()) return cancelled();
    PENSTOCK_TRY(connect(job));
    if (job.part.state == PartState::done) return {};
    return job.table.key.empty() || !job.table.transactional ? copy_whole(job) : copy_by_key(job);
}

Result<void> PartCopier::connect(const Job& job) {
    if (!source_) {
        PENSTOCK_ASSIGN(source_, open_source(source_endpoint_));
    }
    if (destination_) return {};
    PENSTOCK_ASSIGN(destination_, open_destination(destination_endpoint_));
    PENSTOCK_ASSIGN(packet_bytes_max_, read_packet_bytes_max(*destination_));
    PENSTOCK_ASSIGN(Part stored, load_part(*destination_, fence_.task, job.part));
    // A commit whose answer was lost counts from here; unsigned differences wrap as they should.
    stats_.rows_done.fetch_add(stored.rows - job.part.rows, std::memory_order_relaxed);
    stats_.bytes_done.fetch_add(stored.bytes - job.part.bytes, std::memory_order_relaxed);
    job.part = std::move(stored);
    return {};
}

Result<void> PartCopier::copy_by_key(const Job& job) {
    RowWriter writer(*destination_, job.table, job.statement, packet_bytes_max_, true);
    while (true) {
        if (job.stop.stop_requested()) return cancelled();
        PENSTOCK_ASSIGN(const std::uint64_t rows, copy_chunk(job, writer));
        if (rows < options_.chunk_rows) return {};
    }
}

Result<std::uint64_t> PartCopier::copy_chunk(const Job& job, RowWriter& writer) {
    Part next = job.part;
    next.state = PartState::copying;
    std::uint64_t rows = 0;
    {
        std::vector<std::string> key;
        PENSTOCK_ASSIGN(mysql::RowStream stream,
                        source_->stream(job.statement.select_chunk(
                            job.part.bounds, job.part.last_key, options_.chunk_rows)));
        while (true) {
            PENSTOCK_ASSIGN(const mysql::Row* row, stream.next());
            if (row == nullptr) break;
            ++rows;
            PENSTOCK_TRY(writer.add(*row));
            job.statement.remember_key(*row, key);
            if (writer.open_bytes() < options_.chunk_bytes) continue;
            // Large rows: commit in mid-chunk, the SELECT goes on.
            next.last_key = job.statement.key_of(key);
            PENSTOCK_TRY(commit(writer, job.part, next));
        }
        if (rows > 0) next.last_key = job.statement.key_of(key);
    }
    if (rows < options_.chunk_rows) {  // the end of the part
        PENSTOCK_TRY(check_definition(job.table));
        next.state = PartState::done;
    }
    PENSTOCK_TRY(commit(writer, job.part, std::move(next)));
    return rows;
}

Result<void> PartCopier::copy_whole(const Job& job) {
    if (job.part.state == PartState::copying) PENSTOCK_TRY(empty_destination(job));
    RowWriter writer(*destination_, job.table, job.statement, packet_bytes_max_, false);
    Part next = job.part;
    next.state = PartState::copying;
    PENSTOCK_TRY(commit(writer, job.part, next));  // a row from now on means: copy again
    PENSTOCK_ASSIGN(
        WholeTableSnapshot snapshot,
        WholeTableSnapshot::open(*source_, job.table, job.statement.select_all(), job.stop));
    while (true) {
        PENSTOCK_ASSIGN(const mysql::Row* row, snapshot.rows().next());
        if (row == nullptr) break;
        PENSTOCK_TRY(writer.add(*row));
        if (!full(writer)) continue;
        PENSTOCK_TRY(commit(writer, job.part, next));
        if (job.stop.stop_requested()) return cancelled();
    }
    PENSTOCK_TRY(snapshot.finish());
    PENSTOCK_TRY(check_definition(job.table));
    next.state = PartState::done;
    next.gtid_set = snapshot.gtid_set();
    return commit(writer, job.part, std::move(next));
}

// What an earlier, unfinished copy of the table wrote. The fence is held on our connection while
// another one truncates, so that a new owner can't have begun to copy.
Result<void> PartCopier::empty_destination(const Job& job) {
    PENSTOCK_ASSIGN(mysql::Connection truncating, open_destination(destination_endpoint_));
    PENSTOCK_TRY(destination_->execute("START TRANSACTION"));
    PENSTOCK_TRY(check_fence(*destination_, fence_));
    PENSTOCK_TRY(truncating.execute("TRUNCATE TABLE " + job.table.quoted_name()));
    Part emptied = job.part;
    emptied.rows = 0;
    emptied.bytes = 0;
    PENSTOCK_TRY(store_progress(*destination_, fence_, emptied));
    PENSTOCK_TRY(destination_->execute("COMMIT"));
    stats_.rows_done.fetch_sub(job.part.rows, std::memory_order_relaxed);
    stats_.bytes_done.fetch_sub(job.part.bytes, std::memory_order_relaxed);
    job.part = std::move(emptied);
    return {};
}

Result<void> PartCopier::check_definition(const TableShape& table) {
    PENSTOCK_ASSIGN(const std::optional<schema::TableDefinition> now,
                    schema::read_table(*source_, table.schema, table.name));
    if (!now) return tl::unexpected<Error>(table_changed(table, "it no longer exists"));
    PENSTOCK_ASSIGN(const std::string found, row_definition(now->create_sql));
    PENSTOCK_ASSIGN(const std::string copied, row_definition(table.create_sql));
    if (found == copied) return {};
    return tl::unexpected<Error>(table_changed(table, "its definition is now " + now->create_sql));
}

// `next` carries the new position; the counts are the writer's business.
Result<void> PartCopier::commit(RowWriter& writer, Part& part, Part next) {
    next.rows = part.rows;
    next.bytes = part.bytes;
    PENSTOCK_TRY(writer.commit(fence_, next));
    stats_.rows_done.fetch_add(next.rows - part.rows, std::memory_order_relaxed);
    stats_.bytes_done.fetch_add(next.bytes - part.bytes, std::memory_order_relaxed);
    stats_.chunks_done.fetch_add(1, std::memory_order_relaxed);
    ++commits_;
    part = std::move(next);
    return {};
}

bool PartCopier::full(const RowWriter& writer) const {
    return writer.open_rows() >= options_.chunk_rows || writer.open_bytes() >= options_.chunk_bytes;
}

Error PartCopier::explain(Error error, const Job& job) const {
    const unsigned number = source_ ? source_->last_error_number() : 0;
    const auto& changed = server_errors_of_changed_tables;
    if (std::find(changed.begin(), changed.end(), number) != changed.end()) {
        return table_changed(job.table, error.text);
    }
    if (error.kind == ErrorKind::cancelled || error.code == error_fenced) return error;
    const std::string position =
        job.part.last_key.empty() ? "at its start" : "behind key " + join_key(job.part.last_key);
    error.text = fmt::format("copying table {}, part {}, {}: {}", job.table.quoted_name(),
                             job.part.number, position, error.text);
    return error;
}

}  // namespace penstock::snapshot
