// Receiver: a ByteStream over io_uring: one multishot receive that the kernel keeps serving into
// provided buffers, without a system call per piece.
//
// When the caller is slower than the peer, all buffers end up filled, the kernel ends the receive
// with ENOBUFS, and the socket's own window pushes back on the peer; the receive is armed again
// once half of the buffers have been given back. The Ring, its BufferRing and the Waker must
// outlive it. At most one Receiver per BufferRing.
#pragma once

#include <array>
#include <cstddef>
#include <optional>

#include "uring/buffer_ring.h"
#include "uring/byte_stream.h"
#include "uring/ring.h"
#include "uring/waker.h"

namespace penstock::uring {

class Receiver final : public ByteStream, private Completion {
public:
    Receiver(Ring& ring, BufferRing& buffers, const Waker& waker, int socket);
    ~Receiver() override;
    Receiver(const Receiver&) = delete;
    Receiver& operator=(const Receiver&) = delete;

    [[nodiscard]] Result<Received> receive(std::chrono::milliseconds timeout) override;
    [[nodiscard]] bool has_more() const override { return ready_count_ > 0; }

private:
    struct Ready {
        unsigned buffer;
        std::size_t size;
    };
    // Tells the ring that the waker's eventfd became readable.
    struct Wake final : Completion {
        void complete(int, std::uint32_t) override { pending = false; }
        bool pending = false;
    };

    void complete(int result, std::uint32_t flags) override;
    void give_back_current();
    void arm();
    void watch_waker();

    Ring& ring_;
    BufferRing& buffers_;
    const Waker& waker_;
    const int socket_;
    Wake wake_;
    // Filled buffers in the order of their bytes, a ring itself.
    std::array<Ready, BufferRing::buffer_count> ready_{};
    std::size_t ready_first_ = 0;
    std::size_t ready_count_ = 0;
    std::optional<unsigned> current_;  // lent to the caller
    bool armed_ = false;
    bool ended_ = false;
    int error_number_ = 0;
};

}  // namespace penstock::uring
