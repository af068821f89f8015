// Two JSON documents in their binary form, the first with 2 bytes of length in front: read,
// printed, written again, and the second taken as the changes of the first. What is written prints
// the same, and is written the same again.
#include "binlog/json_diff.h"
#include "binlog/json_text.h"
#include "binlog/json_value.h"
#include "binlog/json_view.h"
#include "fuzz.h"

using namespace penstock::binlog;

namespace {

std::string written(const JsonValue& document) {
    std::string out;
    PENSTOCK_ASSERT(append_json_binary(out, document).has_value());
    return out;
}

void read_and_write(Bytes document) {
    std::string text;
    const bool printable = append_json_text(text, document).has_value();
    const auto tree = decode_json(document);
    if (!tree) return;
    const std::string binary = written(*tree);
    const auto again = decode_json(penstock::base::as_bytes(binary));
    PENSTOCK_ASSERT(again.has_value() && written(*again) == binary);
    if (!printable) return;
    std::string text_again;
    PENSTOCK_ASSERT(append_json_text(text_again, penstock::base::as_bytes(binary)).has_value());
    PENSTOCK_ASSERT(text_again == text);
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    Bytes input(data, size);
    const Bytes document = fuzz::take_piece(input);
    read_and_write(document);
    read_and_write(input);
    std::string changed;
    if (append_changed_json(changed, document, input)) {
        read_and_write(penstock::base::as_bytes(changed));
    }
    return 0;
}
