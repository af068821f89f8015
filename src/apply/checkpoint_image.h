// CheckpointImage: the checkpoint's move as a row change, to be the last one of a unit's BINLOG
// statement. Its before-image is the primary key with fence token and unit number: where no such
// row is, the server undoes the whole statement.
//
// Pure; one thread.
#pragma once

#include <cstdint>
#include <string>

#include "apply/checkpoint.h"
#include "binlog/binlog_statement.h"
#include "binlog/encoding.h"
#include "penstock/result.h"

namespace penstock::apply {

class CheckpointImage {
public:
    CheckpointImage(std::string task, std::uint64_t token);

    // Adds UPDATE unit `from_unit` -> `next` to the statement, with the flags of its other rows.
    [[nodiscard]] Result<void> append(binlog::BinlogStatementBuilder& statement,
                                      std::uint64_t from_unit, const Checkpoint& next) const;

private:
    const std::string task_;
    const std::uint64_t token_;
    const binlog::TableShape shape_;
};

}  // namespace penstock::apply
