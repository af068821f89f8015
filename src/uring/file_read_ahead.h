// FileReadAhead: a ByteStream of a file over io_uring: several reads ahead of the caller are always
// on their way, and the back end's writes go on while they are waited for.
//
// A read that brings less than was asked for, at the end of a file that grows meanwhile, makes
// those behind it worthless: they are made again. The Ring and the Waker must outlive it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "uring/byte_stream.h"
#include "uring/ring.h"
#include "uring/waker.h"

namespace penstock::uring {

class FileReadAhead final : public ByteStream {
public:
    static constexpr std::size_t reads_ahead = 4;
    static constexpr std::size_t read_bytes = 512 * 1024;

    FileReadAhead(Ring& ring, const Waker& waker, int file, std::uint64_t offset);
    ~FileReadAhead() override;
    FileReadAhead(const FileReadAhead&) = delete;
    FileReadAhead& operator=(const FileReadAhead&) = delete;

    // Disks answer in their own time: the timeout is not looked at.
    [[nodiscard]] Result<Received> receive(std::chrono::milliseconds timeout) override;
    [[nodiscard]] bool has_more() const override;

private:
    struct Read final : Completion {
        void complete(int outcome, std::uint32_t) override {
            result = outcome;
            pending = false;
        }
        std::unique_ptr<std::uint8_t[]> memory;
        std::uint64_t offset = 0;
        int result = 0;
        bool pending = false;
        bool wanted = false;  // on its way or filled, at the right offset
    };

    void start(Read& read);
    void read_ahead();

    Ring& ring_;
    const Waker& waker_;
    const int file_;
    std::array<Read, reads_ahead> reads_;
    std::size_t next_ = 0;        // whose bytes come next
    std::uint64_t offset_ = 0;    // of those bytes
    std::uint64_t ask_from_ = 0;  // of the next read to start
};

}  // namespace penstock::uring
