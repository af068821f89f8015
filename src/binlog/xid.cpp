#include "binlog/xid.h"

#include <fmt/core.h>

#include "base/text.h"

namespace penstock::binlog {

std::string XaIdentifier::to_string() const {
    return fmt::format("X'{}',X'{}',{}", base::to_hex(global), base::to_hex(branch), format);
}

Result<XidEvent> parse_xid(const EventView& event) {
    base::ByteReader reader(event.body);
    const XidEvent xid{reader.u64()};
    if (!reader.ok()) return malformed(event, "truncated");
    return xid;
}

Result<XaPrepareEvent> parse_xa_prepare(const EventView& event) {
    base::ByteReader reader(event.body);
    XaPrepareEvent prepare;
    prepare.one_phase = reader.u8() != 0;
    prepare.xa.format = reader.u32();
    const std::uint32_t global_bytes = reader.u32();
    const std::uint32_t branch_bytes = reader.u32();
    if (!reader.ok()) return malformed(event, "truncated");
    if (global_bytes == 0 || global_bytes > xa_part_bytes_max || branch_bytes > xa_part_bytes_max) {
        return malformed(
            event, fmt::format("an XA identifier of {} and {} bytes", global_bytes, branch_bytes));
    }
    prepare.xa.global = reader.text(global_bytes);
    prepare.xa.branch = reader.text(branch_bytes);
    if (!reader.ok()) return malformed(event, "truncated");
    return prepare;
}

}  // namespace penstock::binlog
