#include "binlog/gtid_event.h"

#include <fmt/core.h>
#include <algorithm>

#include "binlog/tagged_message.h"

namespace penstock::binlog {

namespace {

constexpr std::uint8_t logical_clock_type = 2;
constexpr std::size_t timestamp_bytes = 7;
constexpr std::size_t version_bytes = 4;
constexpr std::size_t ticket_bytes = 8;
constexpr std::uint64_t has_original_timestamp = std::uint64_t{1} << 55;
constexpr std::uint32_t has_original_version = std::uint32_t{1} << 31;
constexpr std::uint32_t unknown_version = 999999;  // UNDEFINED_SERVER_VERSION

// The fields of GTID_TAGGED (mysql-9.7 control_events.h, Gtid_event::define_fields).
enum class Field : std::uint64_t {
    flags = 0,
    uuid = 1,
    number = 2,
    tag = 3,
    last_committed = 4,
    sequence_number = 5,
    immediate_commit_timestamp = 6,
    original_commit_timestamp = 7,
    transaction_length = 8,
    immediate_server_version = 9,
    original_server_version = 10,
    commit_group_ticket = 11,
};

void read_timestamps(base::ByteReader& reader, GtidEvent& gtid) {
    std::uint64_t immediate = reader.le(timestamp_bytes);
    std::uint64_t original = immediate;
    if ((immediate & has_original_timestamp) != 0) {
        immediate &= ~has_original_timestamp;
        original = reader.le(timestamp_bytes);
    }
    gtid.immediate_commit_timestamp_us = immediate;
    gtid.original_commit_timestamp_us = original;
}

void read_versions(base::ByteReader& reader, GtidEvent& gtid) {
    std::uint32_t immediate = reader.u32();
    std::uint32_t original = immediate;
    if ((immediate & has_original_version) != 0) {
        immediate &= ~has_original_version;
        original = reader.u32();
    }
    gtid.immediate_server_version = immediate;
    gtid.original_server_version = original;
}

// What is absent is 0 here, whatever stands for it in the event.
void normalise_versions(GtidEvent& gtid) {
    if (gtid.immediate_server_version == unknown_version) gtid.immediate_server_version = 0;
    if (gtid.original_server_version == unknown_version) gtid.original_server_version = 0;
}

Result<GtidEvent> parse_fixed(const EventView& event) {
    base::ByteReader reader(event.body);
    GtidEvent gtid;
    gtid.anonymous = event.header.type == EventType::anonymous_gtid;
    gtid.flags = reader.u8();
    const Bytes uuid = reader.view(gtid.gtid.uuid.size());
    gtid.gtid.number = static_cast<std::int64_t>(reader.u64());
    if (!reader.ok()) return malformed(event, "truncated");
    std::copy(uuid.begin(), uuid.end(), gtid.gtid.uuid.begin());
    // 5.6 ends here; 5.7 before its release had another clock, which tells nothing today.
    if (reader.remaining() > 0 && reader.u8() == logical_clock_type) {
        gtid.last_committed = static_cast<std::int64_t>(reader.u64());
        gtid.sequence_number = static_cast<std::int64_t>(reader.u64());
        if (reader.remaining() >= timestamp_bytes) read_timestamps(reader, gtid);
        if (reader.remaining() > 0) gtid.transaction_length = reader.length_encoded();
        if (reader.remaining() >= version_bytes) read_versions(reader, gtid);
        if (reader.remaining() >= ticket_bytes) gtid.commit_group_ticket = reader.u64();
    }
    if (!reader.ok()) return malformed(event, "truncated");
    normalise_versions(gtid);
    return gtid;
}

// False: a field that is not known here.
bool read_field(base::ByteReader& reader, Field field, GtidEvent& gtid) {
    switch (field) {
        case Field::flags:
            gtid.flags = static_cast<std::uint8_t>(read_varlen(reader));
            return true;
        case Field::uuid:
            for (std::uint8_t& byte : gtid.gtid.uuid) {
                byte = static_cast<std::uint8_t>(read_varlen(reader));
            }
            return true;
        case Field::number:
            gtid.gtid.number = read_varlen_signed(reader);
            return true;
        case Field::tag:
            gtid.gtid.tag = read_varlen_text(reader);
            return true;
        case Field::last_committed:
            gtid.last_committed = read_varlen_signed(reader);
            return true;
        case Field::sequence_number:
            gtid.sequence_number = read_varlen_signed(reader);
            return true;
        case Field::immediate_commit_timestamp:
            gtid.immediate_commit_timestamp_us = read_varlen(reader);
            gtid.original_commit_timestamp_us = gtid.immediate_commit_timestamp_us;
            return true;
        case Field::original_commit_timestamp:
            gtid.original_commit_timestamp_us = read_varlen(reader);
            return true;
        case Field::transaction_length:
            gtid.transaction_length = read_varlen(reader);
            return true;
        case Field::immediate_server_version:
            gtid.immediate_server_version = static_cast<std::uint32_t>(read_varlen(reader));
            gtid.original_server_version = gtid.immediate_server_version;
            return true;
        case Field::original_server_version:
            gtid.original_server_version = static_cast<std::uint32_t>(read_varlen(reader));
            return true;
        case Field::commit_group_ticket:
            gtid.commit_group_ticket = read_varlen(reader);
            return true;
    }
    return false;
}

Result<GtidEvent> parse_tagged(const EventView& event) {
    base::ByteReader reader(event.body);
    const std::uint64_t version = read_varlen(reader);
    const std::uint64_t size = read_varlen(reader);
    const std::uint64_t last_needed = read_varlen(reader);
    if (!reader.ok() || size > event.body.size()) return malformed(event, "truncated");
    if (version > 1) return unsupported(event, fmt::format("message format {}", version));
    GtidEvent gtid;
    while (reader.remaining() > 0) {
        const std::uint64_t field = read_varlen(reader);
        if (!read_field(reader, Field{field}, gtid)) {
            // Fields come in ascending order: whatever follows is new as well.
            if (field > last_needed) break;
            return unsupported(event, fmt::format("unknown field {}", field),
                               "the source's version is newer than this program knows");
        }
        if (!reader.ok()) return malformed(event, fmt::format("field {} is truncated", field));
    }
    if (!is_gtid_tag(gtid.gtid.tag)) return malformed(event, "not a tag");
    normalise_versions(gtid);
    return gtid;
}

}  // namespace

Result<GtidEvent> parse_gtid(const EventView& event) {
    const bool tagged = event.header.type == EventType::gtid_tagged;
    PENSTOCK_ASSIGN(GtidEvent gtid, tagged ? parse_tagged(event) : parse_fixed(event));
    const std::int64_t number = gtid.gtid.number;
    const bool valid = gtid.anonymous ? number == 0 : number >= 1 && number < gtid_number_end;
    if (!valid) return malformed(event, fmt::format("transaction number {}", number));
    return gtid;
}

}  // namespace penstock::binlog
