#include "inspect/event_source.h"

#include <fmt/format.h>
#include <algorithm>
#include <cstring>
#include <utility>

#include "inspect/errors.h"

namespace penstock::inspect {
namespace {

constexpr std::size_t window_bytes = 1U << 20U;

Error in_file(Error error, const std::string& name) {
    error.text = name + ": " + error.text;
    return error;
}

}  // namespace

EventSource::EventSource(ByteInput input) : input_(std::move(input)), reader_(base::Bytes{}) {}

Result<std::optional<binlog::EventView>> EventSource::next() {
    while (true) {
        Result<std::optional<binlog::EventView>> event = reader_.next();
        if (!event) return tl::unexpected<Error>(in_file(std::move(event.error()), name()));
        if (*event) return event;
        if (ended_) break;
        Result<bool> more = fill();
        if (!more) {
            Error error = std::move(more.error());
            if (offset() > 0) error.text += fmt::format(", behind offset {}", offset());
            return tl::unexpected<Error>(std::move(error));
        }
        ended_ = !*more;
    }
    if (reader_.offset() == 0 && reader_.rest().empty()) {
        return fail(ErrorKind::corrupt, error_truncated, fmt::format("{}: it is empty", name()),
                    "a binlog file has a header at least; take another copy");
    }
    Result<void> finished = reader_.finish();
    if (finished) return std::optional<binlog::EventView>();
    Error error = in_file(std::move(finished.error()), name());
    error.code = error_truncated;
    error.remedy =
        "if its server still writes it, this is as far as it went; else take another copy";
    return tl::unexpected<Error>(std::move(error));
}

// Moves what is left to the front and reads behind it.
Result<bool> EventSource::fill() {
    const base::Bytes rest = reader_.rest();
    const std::size_t wanted = std::max(reader_.bytes_wanted(), std::size_t{1});
    if (!rest.empty()) std::memmove(buffer_.data(), rest.data(), rest.size());
    filled_ = rest.size();
    // What an event claims is believed only as far as its bytes come.
    const std::size_t room = std::max(window_bytes, std::min(wanted, 2 * filled_ + window_bytes));
    if (buffer_.size() < room) buffer_.resize(room);
    PENSTOCK_ASSIGN(const std::size_t count,
                    input_.read(buffer_.data() + filled_, buffer_.size() - filled_));
    filled_ += count;
    reader_.continue_with(base::as_bytes(std::string_view(buffer_.data(), filled_)));
    return count > 0;
}

}  // namespace penstock::inspect
