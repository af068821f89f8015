#include "binlog/payload.h"

#include <fmt/core.h>
#include <zstd.h>
#include <algorithm>

#include "base/assert.h"
#include "binlog/errors.h"

namespace penstock::binlog {

namespace {

constexpr std::uint64_t end_field = 0;
constexpr std::uint64_t size_field = 1;
constexpr std::uint64_t compression_field = 2;
constexpr std::uint64_t uncompressed_size_field = 3;

tl::unexpected<Error> cannot_expand(const TransactionPayload& payload, ErrorCode code,
                                    std::string_view reason) {
    return fail(ErrorKind::corrupt, code,
                fmt::format("Transaction_payload event at offset {}: {}", payload.offset, reason));
}

}  // namespace

Result<TransactionPayload> parse_transaction_payload(const EventView& event) {
    base::ByteReader reader(event.body);
    TransactionPayload out;
    out.offset = event.offset;
    std::optional<std::uint64_t> size;
    std::optional<std::uint64_t> compression;
    while (true) {
        const std::uint64_t type = reader.length_encoded();
        if (!reader.ok()) return malformed(event, "truncated header");
        if (type == end_field) break;
        base::ByteReader field(reader.view(reader.length_encoded()));
        if (type == size_field) size = field.length_encoded();
        if (type == compression_field) compression = field.length_encoded();
        if (type == uncompressed_size_field) out.uncompressed_bytes = field.length_encoded();
        if (!reader.ok() || !field.ok()) return malformed(event, "truncated field");
    }
    if (!size || !compression) return malformed(event, "size or compression are missing");
    if (*compression != static_cast<std::uint64_t>(PayloadCompression::zstd) &&
        *compression != static_cast<std::uint64_t>(PayloadCompression::none)) {
        return unsupported(event, fmt::format("unknown compression {}", *compression));
    }
    out.compression = PayloadCompression{static_cast<std::uint8_t>(*compression)};
    out.payload = reader.view(*size);
    if (!reader.ok()) return malformed(event, "the payload is truncated");
    return out;
}

// Hands out the payload's expanded bytes piece by piece.
struct PayloadReader::Expander {
    struct Free {
        void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
    };
    std::unique_ptr<ZSTD_DCtx, Free> context{ZSTD_createDCtx()};
    ZSTD_inBuffer in{nullptr, 0, 0};
    bool frame_complete = true;
    std::uint64_t expanded_bytes = 0;
};

PayloadReader::PayloadReader(const TransactionPayload& payload, std::uint64_t expanded_bytes_max)
    : payload_(payload),
      expanded_bytes_max_(expanded_bytes_max),
      expander_(std::make_unique<Expander>()) {
    PENSTOCK_ASSERT(expander_->context != nullptr);
    expander_->in = {payload_.payload.data(), payload_.payload.size(), 0};
}
PayloadReader::~PayloadReader() = default;
PayloadReader::PayloadReader(PayloadReader&&) noexcept = default;
PayloadReader& PayloadReader::operator=(PayloadReader&&) noexcept = default;

// Makes window_ hold that many bytes after window_begin_; false: the payload ends before.
Result<bool> PayloadReader::fill(std::size_t bytes_wanted) {
    if (window_.size() - window_begin_ >= bytes_wanted) return true;
    window_.erase(0, window_begin_);
    window_begin_ = 0;
    Expander& expander = *expander_;
    while (window_.size() < bytes_wanted) {
        // Asked for more after the last frame, zstd would answer as if another one had begun.
        if (expander.frame_complete && expander.in.pos == expander.in.size) return false;
        const std::size_t had = window_.size();
        const std::size_t step = std::max(bytes_wanted - had, payload_window_bytes);
        // Grow with what really comes out, never by what a length inside of the payload claims.
        window_.resize(had + std::min(step, std::max(had, payload_window_bytes)));
        ZSTD_outBuffer out{window_.data(), window_.size(), had};
        const std::size_t in_before = expander.in.pos;
        if (payload_.compression == PayloadCompression::zstd) {
            const std::size_t status =
                ZSTD_decompressStream(expander.context.get(), &out, &expander.in);
            if (ZSTD_isError(status) != 0) {
                return cannot_expand(payload_, error_decompress, ZSTD_getErrorName(status));
            }
            expander.frame_complete = status == 0;
        } else {
            const std::size_t bytes =
                std::min(out.size - out.pos, expander.in.size - expander.in.pos);
            const Bytes from = payload_.payload.subspan(expander.in.pos, bytes);
            std::copy(from.begin(), from.end(), window_.begin() + static_cast<std::ptrdiff_t>(had));
            out.pos += bytes;
            expander.in.pos += bytes;
        }
        window_.resize(out.pos);
        expander.expanded_bytes += out.pos - had;
        if (expander.expanded_bytes > expanded_bytes_max_) {
            return cannot_expand(payload_, error_limit,
                                 fmt::format("expands to more than {} bytes", expanded_bytes_max_));
        }
        if (out.pos == had && expander.in.pos == in_before) return false;
    }
    return true;
}

Result<std::optional<EventView>> PayloadReader::next() {
    PENSTOCK_ASSIGN(const bool has_header, fill(event_header_bytes));
    if (!has_header) {
        if (window_begin_ != window_.size() || !expander_->frame_complete) {
            return cannot_expand(payload_, error_decompress, "ends inside of an event");
        }
        const auto claimed = payload_.uncompressed_bytes;
        if (claimed && *claimed != expander_->expanded_bytes) {
            return cannot_expand(
                payload_, error_decompress,
                fmt::format("claims {} bytes, expands to {}", *claimed, expander_->expanded_bytes));
        }
        return std::nullopt;
    }
    PENSTOCK_ASSIGN(const EventHeader header,
                    parse_event_header(base::as_bytes(window_).subspan(window_begin_)));
    PENSTOCK_ASSIGN(const bool whole, fill(header.event_size));
    if (!whole) return cannot_expand(payload_, error_decompress, "ends inside of an event");
    const Bytes bytes = base::as_bytes(window_).subspan(window_begin_, header.event_size);
    window_begin_ += header.event_size;
    PENSTOCK_ASSIGN(EventView event, view_event(bytes, ChecksumAlgorithm::none, payload_.offset));
    return event;
}

}  // namespace penstock::binlog
