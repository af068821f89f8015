#include "binlog/row_extra_info.h"

#include "binlog/errors.h"

namespace penstock::binlog {

namespace {

enum class Kind : std::uint8_t { ndb = 0, partition = 1 };

constexpr std::uint8_t ndb_header_bytes = 2;

void read_ndb(base::ByteReader& reader, RowExtraInfo& info) {
    const std::uint8_t bytes = reader.u8();
    const std::uint8_t format = reader.u8();
    // A length that doesn't cover itself makes the reader not ok, like one that is too long.
    const Bytes data =
        reader.view(bytes < ndb_header_bytes ? reader.remaining() + 1 : bytes - ndb_header_bytes);
    if (!info.ndb) info.ndb = NdbInfo{format, data};  // the server, too, takes the first
}

}  // namespace

Result<RowExtraInfo> decode_extra_info(const RowsEvent& rows) {
    const bool update = has_before_image(rows.kind) && has_after_image(rows.kind);
    base::ByteReader reader(rows.extra_info);
    RowExtraInfo info;
    bool known = true;
    while (known && reader.remaining() > 0) {
        switch (Kind{reader.u8()}) {
            case Kind::ndb:
                read_ndb(reader, info);
                break;
            case Kind::partition:
                info.partition = reader.u16();
                if (update) info.source_partition = reader.u16();
                break;
            default:
                known = false;
        }
    }
    if (!reader.ok()) {
        return fail(ErrorKind::corrupt, error_malformed_event,
                    "the extra information of a rows event is damaged");
    }
    return info;
}

}  // namespace penstock::binlog
