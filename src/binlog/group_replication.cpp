#include "binlog/group_replication.h"

namespace penstock::binlog {

namespace {

constexpr std::size_t view_id_bytes = 40;

// The list grows by what is there, never by what `count` claims.
std::vector<Bytes> read_items(base::ByteReader& reader, std::uint32_t count) {
    std::vector<Bytes> items;
    for (std::uint32_t i = 0; i < count && reader.ok(); ++i) {
        items.push_back(reader.view(reader.u16()));
    }
    return items;
}

}  // namespace

Result<TransactionContextEvent> parse_transaction_context(const EventView& event) {
    base::ByteReader reader(event.body);
    TransactionContextEvent context;
    const std::uint8_t uuid_bytes = reader.u8();
    context.thread_id = reader.u32();
    context.gtid_specified = reader.u8() != 0;
    const std::uint32_t snapshot_bytes = reader.u32();
    const std::uint32_t written = reader.u32();
    const std::uint32_t read = reader.u32();
    context.server_uuid = reader.text(uuid_bytes);
    context.snapshot = reader.view(snapshot_bytes);
    context.write_set = read_items(reader, written);
    context.read_set = read_items(reader, read);
    if (!reader.ok()) return malformed(event, "truncated");
    return context;
}

Result<ViewChangeEvent> parse_view_change(const EventView& event) {
    base::ByteReader reader(event.body);
    ViewChangeEvent view;
    const std::string_view padded = reader.text(view_id_bytes);
    view.view_id = padded.substr(0, padded.find('\0'));
    view.sequence_number = static_cast<std::int64_t>(reader.u64());
    const std::uint32_t count = reader.u32();
    for (std::uint32_t i = 0; i < count && reader.ok(); ++i) {
        const std::string_view key = reader.text(reader.u16());
        view.certification.push_back({key, reader.view(reader.u32())});
    }
    if (!reader.ok()) return malformed(event, "truncated");
    if (view.view_id.empty()) return malformed(event, "no view");
    return view;
}

}  // namespace penstock::binlog
