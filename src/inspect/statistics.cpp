#include "inspect/statistics.h"

#include <algorithm>

#include "binlog/compressed_event.h"
#include "binlog/decoded_event.h"
#include "binlog/errors.h"
#include "binlog/payload.h"
#include "binlog/rows.h"
#include "inspect/transaction_bounds.h"

namespace penstock::inspect {
namespace {

using binlog::EventType;
using binlog::EventView;
using binlog::RowsKind;

void keep_largest(Largest& largest, std::uint64_t bytes, const std::string& file,
                  std::uint64_t offset) {
    if (bytes > largest.bytes) largest = {bytes, file, offset};
}

}  // namespace

Statistics::Statistics() = default;

void Statistics::begin_file(const std::string& name) {
    file_ = name;
    tables_.clear();
    in_transaction_ = false;
}

void Statistics::end_file(const std::optional<binlog::FormatDescription>& format,
                          std::uint64_t bytes) {
    end_transaction();
    totals_.files.push_back({file_, format ? format->server_version : std::string(), bytes});
}

Result<void> Statistics::add(const EventView& event) {
    ++totals_.events.count;
    totals_.events.bytes += event.whole.size();
    keep_largest(totals_.largest_event, event.whole.size(), file_, event.offset);
    const EventType type = event.header.type;
    if (begins_transaction(type)) {
        begin_transaction(event);
    } else if (in_transaction_ && is_outside_transactions(type)) {
        end_transaction();
    }
    if (in_transaction_) transaction_bytes_ += event.whole.size();
    const std::uint32_t timestamp = event.header.timestamp;
    if (timestamp != 0) {
        if (totals_.first_timestamp == 0) totals_.first_timestamp = timestamp;
        totals_.first_timestamp = std::min(totals_.first_timestamp, timestamp);
        totals_.last_timestamp = std::max(totals_.last_timestamp, timestamp);
    }
    count_event(event);
    Result<void> read = look_into(event);
    if (read) return {};
    return tl::unexpected<Error>(binlog::located(event, std::move(read.error())));
}

Result<void> Statistics::pass_over(const EventView& event) {
    const EventType type = event.header.type;
    if (type != EventType::format_description && type != EventType::table_map) return {};
    Result<void> read = look_into(event);
    if (read) return {};
    return tl::unexpected<Error>(binlog::located(event, std::move(read.error())));
}

void Statistics::count_event(const EventView& event) {
    Tally& tally = totals_.types[static_cast<std::uint8_t>(event.header.type)];
    ++tally.count;
    tally.bytes += event.whole.size();
}

Result<void> Statistics::look_into(const EventView& event) {
    const EventType type = event.header.type;
    if (type == EventType::table_map) return add_table_map(event);
    if (binlog::is_rows(type)) return add_rows(event);
    if (type == EventType::transaction_payload) return add_payload(event);
    if (type == EventType::format_description) {
        PENSTOCK_ASSIGN(const auto format, binlog::parse_format_description(event.whole));
        tables_.clear();
        flavour_ = format.flavour();
        tables_.set_flavour(flavour_);
        return {};
    }
    EventView plain = event;
    if (binlog::is_compressed(type)) {
        PENSTOCK_ASSIGN(plain, binlog::expand_event(event, expanded_));
        if (binlog::is_rows(plain.header.type)) return add_rows(plain);
    }
    // Nothing of it is counted, but a malformed event is no event. One that is not known is.
    auto decoded = binlog::decode_event(plain, flavour_);
    if (decoded || decoded.error().code == binlog::error_unsupported_event) return {};
    return forward_error(decoded);
}

void Statistics::begin_transaction(const EventView& event) {
    end_transaction();
    in_transaction_ = true;
    transaction_offset_ = event.offset;
    transaction_bytes_ = 0;
}

// The largest is known at the end only, which is the next one's beginning.
void Statistics::end_transaction() {
    if (!in_transaction_) return;
    in_transaction_ = false;
    ++totals_.transactions;
    keep_largest(totals_.largest_transaction, transaction_bytes_, file_, transaction_offset_);
}

Result<void> Statistics::add_table_map(const EventView& event) {
    PENSTOCK_ASSIGN(const binlog::Table* const table, tables_.add(event));
    if (table->number >= tallies_.size()) tallies_.resize(table->number + 1);
    return {};
}

Result<void> Statistics::add_rows(const EventView& event) {
    PENSTOCK_ASSIGN(const binlog::RowsEvent rows, binlog::parse_rows(event));
    if (ends_statement(rows)) tables_.end_statement();
    const binlog::Table* const table = tables_.find(rows.table_id);
    if (table == nullptr) {
        // The end of a statement of which there are no rows has table id 0xFFFFFF.
        if (rows.rows.empty()) return {};
        return binlog::malformed(event, "its table map is missing");
    }
    TableTally*& known = tallies_[table->number];
    if (known == nullptr) known = &totals_.tables[{table->schema, table->name}];
    TableTally& tally = *known;
    tally.bytes += event.whole.size();
    std::uint64_t count = 0;
    binlog::RowCursor cursor(table->layout, rows);
    while (true) {
        PENSTOCK_ASSIGN(const std::optional<binlog::RowImages> row, cursor.next());
        if (!row) break;
        ++count;
    }
    totals_.rows += count;
    switch (rows.kind) {
        case RowsKind::write:
            tally.inserted += count;
            break;
        case RowsKind::remove:
            tally.deleted += count;
            break;
        default:
            tally.updated += count;
            break;
    }
    return {};
}

Result<void> Statistics::add_payload(const EventView& event) {
    PENSTOCK_ASSIGN(const binlog::TransactionPayload payload,
                    binlog::parse_transaction_payload(event));
    ++totals_.compressed_transactions;
    totals_.compressed_bytes += event.whole.size();
    binlog::PayloadReader reader(payload);
    while (true) {
        PENSTOCK_ASSIGN(const std::optional<EventView> inner, reader.next());
        if (!inner) return {};
        totals_.expanded_bytes += inner->whole.size();
        count_event(*inner);
        if (inner->header.type == EventType::transaction_payload) {
            return binlog::malformed(event, "a compressed transaction holds another one");
        }
        PENSTOCK_TRY(look_into(*inner));
    }
}

}  // namespace penstock::inspect
