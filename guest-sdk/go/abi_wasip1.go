package routelet

import (
	"math"
	"unsafe"
)

// The canonical ABI of the component model, as far as the host's functions need it: where the host puts
// what it hands over, and how that is read. The component is refused when it is made where a signature
// below differs from the WIT.

// windowBytes is more than any one answer of the host: a piece of a body, or all header fields.
const windowBytes = 1 << 20

// earlyBytes hold what the WASI adapter keeps for ever: a page of its state and one of stack.
const earlyBytes = 256 << 10

// Both are static, so that taking from them never runs Go's allocator. That would ask for the time,
// and while the host hands something over no function of the host may be called.
var (
	window     [windowBytes]byte
	windowUsed uintptr
	early      [earlyBytes]byte
	earlyUsed  uintptr
	receiving  bool
)

//go:wasmexport cabi_realloc
func cabiRealloc(old unsafe.Pointer, oldSize, align, size uint32) unsafe.Pointer {
	if old != nil {
		panic("the host never makes larger what it has handed over")
	}
	if receiving {
		return bump(&window[0], windowBytes, &windowUsed, uintptr(align), uintptr(size))
	}
	return bump(&early[0], earlyBytes, &earlyUsed, uintptr(align), uintptr(size))
}

func bump(start *byte, room uintptr, used *uintptr, align, size uintptr) unsafe.Pointer {
	first := uintptr(unsafe.Pointer(start))
	at := (first+*used+align-1)&^(align-1) - first
	if size > room-at || at > room {
		panic("the host handed over more than there is room for")
	}
	*used = at + size
	return unsafe.Add(unsafe.Pointer(start), at)
}

// receive calls a function of the host that hands texts or lists over. They are copied by read before
// the next such call.
func receive(call, read func()) {
	windowUsed, receiving = 0, true
	call()
	receiving = false
	read()
}

// area is where the host writes a result.
type area [5]uint64

func (a *area) pointer() unsafe.Pointer { return unsafe.Pointer(a) }

func (a *area) byte(offset uintptr) byte { return *(*byte)(unsafe.Add(a.pointer(), offset)) }

func (a *area) uint32(offset uintptr) uint32 { return *(*uint32)(unsafe.Add(a.pointer(), offset)) }

func (a *area) uint64(offset uintptr) uint64 { return *(*uint64)(unsafe.Add(a.pointer(), offset)) }

func (a *area) text(offset uintptr) string { return text(a.uint32(offset), a.uint32(offset+4)) }

// failed says whether a result holds its error.
func (a *area) failed() bool { return a.byte(0) != 0 }

// borrowed is what lies in the window until the next call.
func borrowed(at, length uint32) []byte {
	if length == 0 {
		return nil
	}
	start := uintptr(unsafe.Pointer(&window[0]))
	if uintptr(at) < start || uintptr(at)-start+uintptr(length) > windowBytes {
		panic("the host handed over what it did not allocate")
	}
	first := uintptr(at) - start
	return window[first : first+uintptr(length)]
}

func text(at, length uint32) string { return string(borrowed(at, length)) }

// word is a number in a list of the window.
func word(list []byte, at uint32) uint32 {
	return uint32(list[at]) | uint32(list[at+1])<<8 | uint32(list[at+2])<<16 | uint32(list[at+3])<<24
}

// listAt reads a list of the window whose items have that size.
func listAt(at, count, itemBytes uint32, item func(item []byte)) {
	if count > math.MaxUint32/itemBytes {
		panic("a list of the host is longer than memory")
	}
	list := borrowed(at, count*itemBytes)
	for ; len(list) > 0; list = list[itemBytes:] {
		item(list[:itemBytes])
	}
}

func textIn(item []byte, at uint32) string { return text(word(item, at), word(item, at+4)) }

// pointerTo passes bytes to the host; nothing where there are none.
func pointerTo(bytes []byte) unsafe.Pointer { return unsafe.Pointer(unsafe.SliceData(bytes)) }
