#include "binlog/event_view.h"

#include <fmt/core.h>

#include "binlog/errors.h"

namespace penstock::binlog {

namespace {

std::string sentence(const EventView& event, std::string_view reason) {
    return fmt::format("{} event (type {}) at offset {}: {}", to_string(event.header.type),
                       static_cast<unsigned>(event.header.type), event.offset, reason);
}

}  // namespace

Result<EventView> view_event(Bytes whole_event, ChecksumAlgorithm checksum, std::uint64_t offset,
                             ChecksumPolicy policy) {
    auto header = parse_event_header(whole_event);
    if (!header) {
        header.error().text = fmt::format("at offset {}: {}", offset, header.error().text);
        return forward_error(header);
    }
    EventView event{*header, whole_event, {}, offset};
    if (!find_body(event, checksum, policy)) {
        auto reason = checked_payload(whole_event, checksum);
        return tl::unexpected<Error>(located(event, std::move(reason.error())));
    }
    return event;
}

Error located(const EventView& event, Error error) {
    if (error.text.starts_with(sentence(event, {}))) return error;
    error.text = sentence(event, error.text);
    return error;
}

tl::unexpected<Error> malformed(const EventView& event, std::string_view reason) {
    return fail(ErrorKind::corrupt, error_malformed_event, sentence(event, reason),
                "check the source's binlog file with mysqlbinlog --verify-binlog-checksum");
}

tl::unexpected<Error> unsupported(const EventView& event, std::string_view reason,
                                  std::string remedy) {
    return fail(ErrorKind::refused, error_unsupported_event, sentence(event, reason),
                std::move(remedy));
}

}  // namespace penstock::binlog
