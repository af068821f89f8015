// PartCopier: copies parts of tables, one after the other, with one connection to each side. One
// worker thread owns it.
//
// A transient error drops both connections; the part then goes on from what penstock.copy says,
// which also settles whether a commit whose answer was lost had happened. A chunk whose connection
// breaks is never taken for the end.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <stop_token>

#include "mysql/connection.h"
#include "mysql/endpoint.h"
#include "penstock/result.h"
#include "snapshot/copy_ledger.h"
#include "snapshot/copy_statement.h"
#include "snapshot/full_migration.h"
#include "snapshot/row_writer.h"

namespace penstock::snapshot {

class PartCopier {
public:
    PartCopier(const FullMigrationOptions& options, const mysql::Endpoint& source,
               const mysql::Endpoint& destination, const Fence& fence, CopyStats& stats);

    // Until the part is done; after an error `part` says how far it is.
    [[nodiscard]] Result<void> copy(const TableShape& table, Part& part,
                                    const std::stop_token& stop);

private:
    // What copying one part takes.
    struct Job {
        const TableShape& table;
        const CopyStatement& statement;
        const std::stop_token& stop;
        Part& part;
    };

    [[nodiscard]] Result<void> attempt(const Job& job);
    [[nodiscard]] Result<void> connect(const Job& job);
    [[nodiscard]] Result<void> copy_by_key(const Job& job);
    // The chunk behind the part's last key; how many rows it had.
    [[nodiscard]] Result<std::uint64_t> copy_chunk(const Job& job, RowWriter& writer);
    [[nodiscard]] Result<void> copy_whole(const Job& job);
    [[nodiscard]] Result<void> empty_destination(const Job& job);
    [[nodiscard]] Result<void> check_definition(const TableShape& table);
    [[nodiscard]] Result<void> commit(RowWriter& writer, Part& part, Part next);
    [[nodiscard]] bool full(const RowWriter& writer) const;
    [[nodiscard]] Error explain(Error error, const Job& job) const;

    const FullMigrationOptions& options_;
    const mysql::Endpoint& source_endpoint_;
    const mysql::Endpoint& destination_endpoint_;
    const Fence& fence_;
    CopyStats& stats_;

    std::optional<mysql::Connection> source_;
    std::optional<mysql::Connection> destination_;
    std::size_t packet_bytes_max_ = 0;  // of destination_
    std::uint64_t commits_ = 0;
};

}  // namespace penstock::snapshot
