#include "capture/follow_files.h"

#include <fcntl.h>
#include <fmt/core.h>

#include <optional>
#include <utility>
#include <vector>

#include "base/log.h"
#include "capture/binlog_files.h"
#include "capture/errors.h"
#include "capture/event_cutter.h"
#include "capture/file_history.h"
#include "capture/limits.h"
#include "capture/relay_feed.h"
#include "capture/stream_state.h"
#include "relay/segment_window.h"
#include "relay/writer.h"

namespace penstock::capture {
namespace {

using Report = std::function<void(const FilesRead&)>;
using std::chrono::steady_clock;

enum class Reading { end, woken };

// One file, from its beginning to its end, and on while it grows.
class FileReading {
public:
    // What ends at or before `held` is in the relay log already.
    FileReading(BinlogFilePath file, std::uint64_t held, GtidSet before, uring::Backend& backend,
                StreamState& state, RelayFeed& feed, relay::Writer& writer)
        : file_(std::move(file)),
          held_(held),
          backend_(backend),
          state_(state),
          feed_(feed),
          writer_(writer),
          history_(std::move(before)) {}

    [[nodiscard]] Result<void> open() {
        PENSTOCK_ASSIGN(opened_, relay::File::open(file_.path, O_RDONLY));
        stream_ = backend_.file_stream(opened_.fd(), relay::first_event_offset);
        return {};
    }
    // Up to the end as it is now.
    [[nodiscard]] Result<Reading> read_on(const std::function<void()>& while_reading) {
        while (true) {
            auto received = stream_->receive(std::chrono::milliseconds(0));
            if (!received) return tl::unexpected<Error>(at_offset(std::move(received.error())));
            if (received->outcome == uring::ReceiveOutcome::woken) return Reading::woken;
            if (received->outcome != uring::ReceiveOutcome::bytes) return Reading::end;
            cutter_.feed(received->bytes);
            const Result<bool> taken = take_events();
            if (!taken) return tl::unexpected<Error>(taken.error());
            if (!*taken) return Reading::woken;
            while_reading();
            if (!stream_->has_more()) PENSTOCK_TRY(writer_.flush_soon());
        }
    }
    // What keeps the file from being at the end of a transaction.
    [[nodiscard]] Result<void> check_end(std::string_view then) const {
        const std::uint64_t end = state_.position().offset;
        if (cutter_.is_inside()) {
            return torn(
                fmt::format("{} ends inside the event that begins at {}{}", file_.path, end, then));
        }
        if (end < held_) {
            return fail(ErrorKind::definite, error_files_foreign,
                        fmt::format("{} ends at {}, but the relay log holds it up to {}",
                                    file_.path, end, held_),
                        "Put the file there that the task was begun with.");
        }
        if (end < history_.transaction_end()) {
            return torn(fmt::format(
                "{} ends at {}, inside the transaction {}, which goes on to "
                "{}{}",
                file_.path, end, history_.last().to_string(), history_.transaction_end(), then));
        }
        return {};
    }
    [[nodiscard]] const BinlogFilePath& file() const { return file_; }
    [[nodiscard]] const GtidSet& executed() const { return history_.executed(); }
    // Without a transaction that the file ends in.
    [[nodiscard]] GtidSet executed_whole() const {
        GtidSet whole = history_.executed();
        if (history_.transaction_end() <= state_.position().offset) return whole;
        GtidSet open;
        open.add(history_.last());
        whole.subtract(open);
        return whole;
    }

private:
    // False: woken.
    [[nodiscard]] Result<bool> take_events() {
        while (true) {
            auto part = cutter_.next();
            if (!part) return tl::unexpected<Error>(at_offset(std::move(part.error())));
            if (!*part) return true;
            if ((*part)->first) begin_ = state_.position().offset;
            const auto seen = history_.take(**part, begin_);
            if (!seen) return tl::unexpected<Error>(at_offset(seen.error()));
            PENSTOCK_ASSIGN(const StreamStep step, state_.take(**part));
            if (begin_ < held_) {
                if (state_.position().offset <= held_) continue;
                return fail(ErrorKind::definite, error_files_foreign,
                            fmt::format("{} is not the file that the relay log holds up to {}: no "
                                        "event ends there",
                                        file_.path, held_),
                            "Put the file there that the task was begun with.");
            }
            PENSTOCK_ASSIGN(const bool taken, feed_.take(step));
            if (!taken) return false;
        }
    }
    [[nodiscard]] Error at_offset(Error error) const {
        error.text = fmt::format("{} at {}: {}", file_.path, state_.position().offset, error.text);
        return error;
    }
    [[nodiscard]] static tl::unexpected<Error> torn(std::string text) {
        return fail(ErrorKind::corrupt, error_files_torn, std::move(text),
                    "Copy the file again, or set source.follow = true while it is being written.");
    }

    const BinlogFilePath file_;
    const std::uint64_t held_;
    uring::Backend& backend_;
    StreamState& state_;
    RelayFeed& feed_;
    relay::Writer& writer_;
    relay::File opened_;
    std::unique_ptr<uring::ByteStream> stream_;
    EventCutter cutter_;
    FileHistory history_;
    std::uint64_t begin_ = 0;  // of the event whose parts are taken
};

class FilesFollower {
public:
    FilesFollower(const FileSource& source, relay::RelayLog& relay, uring::Backend& backend,
                  const uring::Waker& waker, StreamState& state, RelayFeed& feed,
                  relay::Writer& writer, const Report& report)
        : source_(source),
          relay_(relay),
          backend_(backend),
          waker_(waker),
          state_(state),
          feed_(feed),
          writer_(writer),
          report_(report) {}

    // `start_file`: where to begin with an empty relay log; empty: by the source's GTIDs.
    [[nodiscard]] Result<void> run(const std::string& start_file) {
        PENSTOCK_ASSIGN(const bool begun, begin(start_file));
        while (begun) {
            PENSTOCK_ASSIGN(const Reading read, reading_->read_on([this] { report_sometimes(); }));
            if (read == Reading::woken) return {};
            PENSTOCK_ASSIGN(const std::optional<BinlogFilePath> next, file_after_this());
            if (next) {
                PENSTOCK_ASSIGN(const bool gone_on, go_on_in(*next));
                if (gone_on) continue;
            } else if (!source_.follow) {
                return finish();
            }
            PENSTOCK_TRY(show(!next.has_value()));
            if (waker_.sleep(files_poll)) return {};
        }
        return {};
    }

private:
    // A torn end is told of, and is no error yet: what is whole shall be applied first.
    [[nodiscard]] Result<void> finish() {
        Result<void> end = reading_->check_end("");
        if (!end && end.error().code != error_files_torn) return end;
        feed_.publish();
        PENSTOCK_TRY(writer_.flush());
        base::log_info("capture", "{}, the last file, is read to its end", reading_->file().path);
        FilesRead read{reading_->executed(), true, true};
        if (!end) {
            read.executed = reading_->executed_whole();
            read.torn = end.error();
            base::log_error("capture", "{}", end.error().to_string());
        }
        report_(read);
        return {};
    }
    // False: woken while the first file had not got its first events yet.
    [[nodiscard]] Result<bool> begin(const std::string& start_file) {
        const relay::Position held = relay_.durable_end();
        const std::string wanted = held.empty() ? start_file : held.file;
        while (true) {
            PENSTOCK_ASSIGN(const auto files, find_binlog_files(source_.place));
            std::optional<BinlogFilePath> first;
            if (wanted.empty()) {
                PENSTOCK_ASSIGN(first, first_file_needed(files, source_.applied));
            } else {
                PENSTOCK_ASSIGN(first, find(files, wanted));
            }
            if (first) {
                PENSTOCK_ASSIGN(const bool opened, held.empty() ? start(*first, std::nullopt)
                                                                : go_on_after(held, *first));
                if (opened) return true;
            }
            if (!source_.follow) return torn_head(first.value_or(files.front()));
            if (waker_.sleep(files_poll)) return false;
        }
    }
    // In the file that the relay log ends in. False as with start().
    [[nodiscard]] Result<bool> go_on_after(const relay::Position& held,
                                           const BinlogFilePath& file) {
        PENSTOCK_ASSIGN(const auto before, read_previous_gtids(file.path));
        if (!before) return false;
        make_reading(file, held.offset, *before);
        PENSTOCK_TRY(reading_->open());
        return true;
    }
    [[nodiscard]] Result<BinlogFilePath> find(const std::vector<BinlogFilePath>& files,
                                              const std::string& name) const {
        for (const BinlogFilePath& file : files) {
            if (file.name == name) return file;
        }
        return fail(ErrorKind::definite, error_files_missing,
                    fmt::format("{} has no {}, in which the task goes on", source_.place, name),
                    "Put the file there.");
    }
    [[nodiscard]] static tl::unexpected<Error> torn_head(const BinlogFilePath& file) {
        return fail(ErrorKind::corrupt, error_files_torn,
                    file.path + " ends inside its first events", "Copy the file again.");
    }
    [[nodiscard]] Result<std::optional<BinlogFilePath>> file_after_this() const {
        PENSTOCK_ASSIGN(const auto files, find_binlog_files(source_.place));
        return next_file(files, reading_->file().name);
    }
    // False: it has not got its first events yet.
    [[nodiscard]] Result<bool> go_on_in(const BinlogFilePath& next) {
        // The file may have grown between its end and the next one's coming.
        PENSTOCK_ASSIGN(const Reading read, reading_->read_on([this] { report_sometimes(); }));
        if (read == Reading::woken) return true;
        PENSTOCK_TRY(reading_->check_end(fmt::format(", but {} follows", next.name)));
        PENSTOCK_ASSIGN(const bool started, start(next, reading_->executed()));
        if (!started && !source_.follow) return torn_head(next);
        return started;
    }
    // Begins a file, which must continue after `executed`. False: it has not got its first events.
    [[nodiscard]] Result<bool> start(const BinlogFilePath& file,
                                     const std::optional<GtidSet>& executed) {
        PENSTOCK_ASSIGN(const auto before, read_previous_gtids(file.path));
        if (!before) return false;
        if (executed && !(*before == *executed)) return foreign(file, *before, *executed);
        PENSTOCK_ASSIGN(const bool taken, feed_.take(state_.begin_file(file.name)));
        static_cast<void>(taken);  // beginning a segment needs no room
        base::log_info("capture", "reading {}", file.path);
        make_reading(file, 0, *before);
        PENSTOCK_TRY(reading_->open());
        return true;
    }
    void make_reading(const BinlogFilePath& file, std::uint64_t held, const GtidSet& before) {
        reading_.emplace(file, held, before, backend_, state_, feed_, writer_);
    }
    [[nodiscard]] static tl::unexpected<Error> foreign(const BinlogFilePath& file,
                                                       const GtidSet& before,
                                                       const GtidSet& executed) {
        GtidSet lacking = before;
        lacking.subtract(executed);
        GtidSet unknown = executed;
        unknown.subtract(before);
        const std::string why = lacking.empty()
                                    ? fmt::format("it does not know of {}", unknown.to_string())
                                    : fmt::format("{} come between them", lacking.to_string());
        return fail(ErrorKind::definite, error_files_foreign,
                    fmt::format("{} does not continue the file before it: {}", file.path, why),
                    "Put the files of one server there, none left out.");
    }
    void report_sometimes() {
        feed_.publish();
        const auto now = steady_clock::now();
        if (now - reported_at_ < files_report_interval) return;
        reported_at_ = now;
        report_({reading_->executed(), false, false});
    }
    [[nodiscard]] Result<void> show(bool at_end) {
        feed_.publish();
        PENSTOCK_TRY(writer_.flush());
        report_({reading_->executed(), at_end, false});
        return {};
    }

    const FileSource& source_;
    relay::RelayLog& relay_;
    uring::Backend& backend_;
    const uring::Waker& waker_;
    StreamState& state_;
    RelayFeed& feed_;
    relay::Writer& writer_;
    const Report& report_;
    std::optional<FileReading> reading_;
    steady_clock::time_point reported_at_;
};

}  // namespace

Result<void> follow_files(const CaptureOptions& options, relay::RelayLog& relay, RoomGate& room,
                          uring::Backend& backend, const uring::Waker& waker, CaptureStats& stats,
                          const Report& report) {
    PENSTOCK_ASSIGN(const std::optional<std::uint32_t> format_timestamp,
                    held_format_timestamp(relay));
    const relay::Position end = relay.durable_end();
    PENSTOCK_ASSIGN(const std::unique_ptr<relay::Writer> writer,
                    relay::Writer::open(relay, backend.file_writer()));
    stats.state.store(CaptureState::streaming, std::memory_order_relaxed);
    StreamState state(end.empty() ? end : relay::Position{end.file, relay::first_event_offset},
                      format_timestamp);
    RelayFeed feed(room, *writer, stats);
    Result<void> outcome =
        FilesFollower(*options.files, relay, backend, waker, state, feed, *writer, report)
            .run(options.start_file);
    stats.connected.store(false, std::memory_order_relaxed);
    Result<void> flushed = writer->flush();
    return outcome ? flushed : outcome;
}

}  // namespace penstock::capture
