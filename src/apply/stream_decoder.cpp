#include "apply/stream_decoder.h"

#include <fmt/format.h>
#include <optional>
#include <string>
#include <utility>

#include "apply/errors.h"
#include "apply/limits.h"
#include "binlog/gtid_event.h"
#include "binlog/payload.h"
#include "binlog/query.h"

namespace penstock::apply {
namespace {

using binlog::EventType;
using binlog::EventView;
using binlog::TransactionStep;

template <class T>
std::optional<std::string> owned(const std::optional<T>& view) {
    if (!view) return std::nullopt;
    return std::string(*view);
}

schema::StreamStatement to_statement(const binlog::QueryEvent& query,
                                     const TransactionStart& transaction,
                                     const relay::Position& end, std::uint32_t timestamp) {
    schema::StreamStatement statement;
    statement.sql = query.sql;
    statement.default_schema = query.schema;
    statement.gtid = transaction.gtid.to_string();
    statement.source_file = end.file;
    statement.source_position = end.offset;
    statement.timestamp_us = std::uint64_t{timestamp} * 1'000'000 + query.microseconds.value_or(0);
    statement.thread_id = query.thread_id;
    statement.error_code = query.error_code;
    statement.sql_mode = query.sql_mode;
    if (query.charset) {
        statement.character_set_client = query.charset->client;
        statement.collation_connection = query.charset->connection;
        statement.collation_server = query.charset->server;
    }
    if (!query.time_zone.empty()) statement.time_zone = std::string(query.time_zone);
    statement.lc_time_names = query.lc_time_names;
    statement.collation_database = query.collation_database;
    statement.invoker_user = owned(query.invoker_user);
    statement.invoker_host = owned(query.invoker_host);
    statement.explicit_defaults_for_timestamp = query.explicit_defaults_for_timestamp;
    statement.default_collation_for_utf8mb4 = query.default_collation_for_utf8mb4;
    if (query.sql_require_primary_key) {
        statement.sql_require_primary_key = *query.sql_require_primary_key != 0;
    }
    if (query.default_table_encryption) {
        statement.default_table_encryption = *query.default_table_encryption != 0;
    }
    statement.flags2 = query.flags2;
    return statement;
}

}  // namespace

StreamDecoder::StreamDecoder(GtidSet applied, StreamSink& sink)
    : applied_(std::move(applied)), sink_(sink) {}

Error StreamDecoder::at_place(Error error) const {
    error.text += fmt::format(" (relay log at {}", event_start_.to_string());
    if (grammar_.inside()) error.text += ", GTID " + transaction_.gtid.to_string();
    error.text += ")";
    return error;
}

Result<void> StreamDecoder::feed(const DecodedEvent& event) {
    event_start_ = {std::string(event.file), event.start};
    event_end_ = {std::string(event.file), event.end};
    if (event.error != nullptr) return tl::unexpected<Error>(at_place(*event.error));
    Result<void> fed = feed_view(event.view);
    if (fed && event.view.header.type == EventType::transaction_payload) fed = expand(event);
    if (!fed) return tl::unexpected<Error>(at_place(fed.error()));
    return {};
}

Result<void> StreamDecoder::feed_view(const EventView& event) {
    PENSTOCK_ASSIGN(const TransactionStep step, grammar_.feed(event));
    switch (step) {
        case TransactionStep::ignored:
        case TransactionStep::outside:
            return {};
        case TransactionStep::gtid:
            return begin(event);
        case TransactionStep::payload:
            return {};  // its events follow
        case TransactionStep::begin:
        case TransactionStep::statement:
            return skipping_ ? Result<void>{} : pass_on(event);
        case TransactionStep::ddl:
            if (!skipping_) PENSTOCK_TRY(pass_on_statement(event));
            return end();
        case TransactionStep::rollback:
        case TransactionStep::commit:
            return end();
    }
    return {};
}

Result<void> StreamDecoder::begin(const EventView& event) {
    PENSTOCK_ASSIGN(const binlog::GtidEvent gtid, binlog::parse_gtid(event));
    if (gtid.anonymous) {
        return fail(ErrorKind::refused, error_statement_unsupported,
                    "the source wrote a transaction without GTID",
                    "set gtid_mode=ON on the source before the task starts");
    }
    transaction_ = {gtid.gtid, event_start_, gtid.immediate_commit_timestamp_us};
    skipping_ = applied_.contains(gtid.gtid);
    if (skipping_) return {};
    return sink_.begin(transaction_);
}

Result<void> StreamDecoder::pass_on(const EventView& event) {
    if (event.header.type == EventType::table_map) {
        PENSTOCK_ASSIGN(const binlog::TableMap map, binlog::parse_table_map(event));
        return sink_.table_map(map, event.whole);
    }
    if (binlog::is_rows(event.header.type)) {
        PENSTOCK_ASSIGN(const binlog::RowsEvent rows, binlog::parse_rows(event));
        return sink_.rows(rows);
    }
    if (event.header.type == EventType::query) return pass_on_statement(event);
    return {};  // rows queries and the like carry nothing to apply
}

Result<void> StreamDecoder::pass_on_statement(const EventView& event) {
    PENSTOCK_ASSIGN(const binlog::QueryEvent query, binlog::parse_query(event));
    switch (binlog::classify_query(query.sql)) {
        case binlog::QueryKind::begin:
        case binlog::QueryKind::savepoint:
            return {};
        default:
            break;
    }
    return sink_.statement(to_statement(query, transaction_, event_end_, event.header.timestamp));
}

Result<void> StreamDecoder::expand(const DecodedEvent& event) {
    if (event.payload.empty()) return expand_payload(event.view);
    for (const EventView& nested : event.payload) PENSTOCK_TRY(feed_view(nested));
    return {};
}

Result<void> StreamDecoder::expand_payload(const EventView& event) {
    PENSTOCK_ASSIGN(const binlog::TransactionPayload payload,
                    binlog::parse_transaction_payload(event));
    binlog::PayloadReader reader(payload, payload_bytes_max);
    while (true) {
        PENSTOCK_ASSIGN(const std::optional<EventView> nested, reader.next());
        if (!nested) return {};
        PENSTOCK_TRY(feed_view(*nested));
    }
}

Result<void> StreamDecoder::end() {
    if (skipping_) {
        skipping_ = false;
        return {};
    }
    applied_.add(transaction_.gtid);
    return sink_.end(event_end_);
}

}  // namespace penstock::apply
