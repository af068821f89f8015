#include "binlog/previous_gtids.h"

#include <algorithm>

#include "binlog/errors.h"
#include "binlog/tagged_message.h"

namespace penstock::binlog {

namespace {

constexpr std::uint64_t tagged_mark = (std::uint64_t{1} << 56) | 1;
constexpr std::uint64_t format_byte = std::uint64_t{0xFF} << 56;
constexpr std::uint64_t tagged_count_mask = 0x00FFFFFFFFFFFF00ULL;

tl::unexpected<Error> bad_set(const char* reason) {
    return fail(ErrorKind::corrupt, error_malformed_event,
                std::string("the binary GTID set is damaged: ") + reason);
}

Result<GtidSet::Entry> read_entry(base::ByteReader& reader, bool tagged) {
    GtidSet::Entry entry;
    const Bytes uuid = reader.view(entry.uuid.size());
    const std::string_view tag = tagged ? read_varlen_text(reader) : std::string_view{};
    const std::uint64_t intervals = reader.u64();
    if (!reader.ok()) return bad_set("truncated");
    if (!is_gtid_tag(tag)) return bad_set("not a tag");
    std::copy(uuid.begin(), uuid.end(), entry.uuid.begin());
    entry.tag = tag;
    std::int64_t last_end = 0;
    for (std::uint64_t i = 0; i < intervals; ++i) {
        const auto start = static_cast<std::int64_t>(reader.u64());
        const auto end = static_cast<std::int64_t>(reader.u64());
        if (!reader.ok()) return bad_set("truncated");
        if (start <= last_end || end <= start) return bad_set("intervals out of order");
        entry.intervals.push_back({start, end});
        last_end = end;
    }
    return entry;
}

}  // namespace

Result<GtidSet> decode_gtid_set(Bytes bytes) {
    base::ByteReader reader(bytes);
    std::uint64_t count = reader.u64();
    const std::uint64_t format = (count & format_byte) >> 56;
    if (!reader.ok()) return bad_set("truncated");
    if (format > 1) return bad_set("unknown form");
    if (format == 1) count = (count & tagged_count_mask) >> 8;
    std::vector<GtidSet::Entry> entries;
    for (std::uint64_t i = 0; i < count; ++i) {
        PENSTOCK_ASSIGN(GtidSet::Entry entry, read_entry(reader, format == 1));
        entries.push_back(std::move(entry));
    }
    if (reader.remaining() > 0) return bad_set("bytes after its end");
    return GtidSet::from_entries(std::move(entries));
}

Result<GtidSet> parse_previous_gtids(const EventView& event) {
    auto set = decode_gtid_set(event.body);
    if (!set) return malformed(event, set.error().text);
    return set;
}

std::string encode_gtid_set(const GtidSet& set) {
    const auto entries = set.entries();
    const bool tagged = std::any_of(entries.begin(), entries.end(),
                                    [](const GtidSet::Entry& entry) { return !entry.tag.empty(); });
    const std::uint64_t count = entries.size();
    std::string out;
    base::ByteWriter writer(out);
    writer.le(tagged ? tagged_mark | (count << 8) : count, 8);
    for (const GtidSet::Entry& entry : entries) {
        writer.bytes(entry.uuid);
        if (tagged) {
            append_varlen(out, entry.tag.size());
            writer.text(entry.tag);
        }
        writer.le(entry.intervals.size(), 8);
        for (const GtidSet::Interval& interval : entry.intervals) {
            writer.le(static_cast<std::uint64_t>(interval.start), 8);
            writer.le(static_cast<std::uint64_t>(interval.end), 8);
        }
    }
    return out;
}

}  // namespace penstock::binlog
