// StreamDecoder: turns the relay log's events into transactions, statement by statement and rows
// event by rows event, for a StreamSink.
//
// It follows the grammar of the stream, expands compressed transactions that were not expanded
// ahead, and passes over the transactions that are applied already. Nothing is kept: what the sink
// is given lives until the call returns. One thread. Errors name file, offset and GTID.
#pragma once

#include <cstdint>

#include "apply/event_batch.h"
#include "binlog/rows.h"
#include "binlog/table_map.h"
#include "binlog/transaction_grammar.h"
#include "penstock/gtid_set.h"
#include "penstock/result.h"
#include "relay/position.h"
#include "schema/stream_statement.h"

namespace penstock::apply {

struct TransactionStart {
    Gtid gtid;
    relay::Position position;        // of its first event
    std::uint64_t timestamp_us = 0;  // when the source committed it; 0 unknown
};

class StreamSink {
public:
    virtual ~StreamSink() = default;
    [[nodiscard]] virtual Result<void> begin(const TransactionStart& transaction) = 0;
    [[nodiscard]] virtual Result<void> table_map(const binlog::TableMap& map,
                                                 base::Bytes event) = 0;
    [[nodiscard]] virtual Result<void> rows(const binlog::RowsEvent& rows) = 0;
    [[nodiscard]] virtual Result<void> statement(const schema::StreamStatement& statement) = 0;
    // `next`: where the following transaction begins.
    [[nodiscard]] virtual Result<void> end(const relay::Position& next) = 0;
};

class StreamDecoder {
public:
    // `applied`: transactions to pass over. `sink` must outlive the decoder.
    StreamDecoder(GtidSet applied, StreamSink& sink);

    [[nodiscard]] Result<void> feed(const DecodedEvent& event);

    // Stopping here would cut a transaction.
    [[nodiscard]] bool inside() const { return grammar_.inside(); }

private:
    [[nodiscard]] Result<void> feed_view(const binlog::EventView& event);
    [[nodiscard]] Result<void> begin(const binlog::EventView& event);
    [[nodiscard]] Result<void> pass_on(const binlog::EventView& event);
    [[nodiscard]] Result<void> pass_on_statement(const binlog::EventView& event);
    [[nodiscard]] Result<void> expand(const DecodedEvent& event);
    [[nodiscard]] Result<void> expand_payload(const binlog::EventView& event);
    [[nodiscard]] Result<void> end();
    [[nodiscard]] Error at_place(Error error) const;

    GtidSet applied_;
    StreamSink& sink_;
    binlog::TransactionGrammar grammar_;
    relay::Position event_start_;
    relay::Position event_end_;
    TransactionStart transaction_;
    bool skipping_ = false;  // the transaction is applied already
};

}  // namespace penstock::apply
