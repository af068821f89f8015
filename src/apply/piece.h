// Piece: what the grouping thread hands to the writer. A unit (one destination commit) is one piece
// or, where it is larger than a statement should be, several: the first opens a transaction, the
// last commits it. A value.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "apply/checkpoint.h"
#include "schema/ddl.h"
#include "schema/stream_statement.h"

namespace penstock::apply {

enum class PieceKind : std::uint8_t {
    rows,  // `sql` is a BINLOG statement
    ddl,   // `statement` is to be run
    hold,  // `statement` is for the gate
};

struct Piece {
    PieceKind kind = PieceKind::rows;
    // rows: in strict units the last piece's statement moves the checkpoint itself; in overlap
    // units it is moved by SQL, and the statement may be empty.
    std::string sql;
    std::uint64_t rows = 0;  // row changes in it, without the checkpoint's
    bool first = false;
    bool last = false;
    bool overlap = false;
    // Of the last piece of a unit, and of ddl and hold unless rows of the same transaction follow.
    std::optional<Checkpoint> next;
    schema::StreamStatement statement;
    schema::Statement parsed;
    std::string where;  // "binlog.000002:1234, GTID …": the end of what it has, for messages
};

}  // namespace penstock::apply
