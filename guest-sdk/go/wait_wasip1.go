package routelet

import (
	"context"
	"runtime"
	"time"
)

// waiter is a goroutine that waits for the host.
type waiter struct {
	pollable int32
	ready    bool
}

// Everything in a guest runs on one thread; who waits for the host, waits for what all of them wait
// for, so that several requests to other servers are under way at once.
var waiters []*waiter

// yields are how often other goroutines get their turn before the host is asked to wait.
const yields = 8

// wait returns when the pollable, which it drops, is ready; with an error where the context ended first.
func wait(ctx context.Context, pollable int32) error {
	self := &waiter{pollable: pollable}
	waiters = append(waiters, self)
	defer self.leave()
	for turn := 0; !self.ready; turn++ {
		if err := ctx.Err(); err != nil {
			return err
		}
		if turn < yields {
			runtime.Gosched()
			continue
		}
		turn = 0
		pollAll(ctx)
	}
	return nil
}

func (w *waiter) leave() {
	for at, other := range waiters {
		if other == w {
			waiters = append(waiters[:at], waiters[at+1:]...)
			break
		}
	}
	hostPollableDrop(w.pollable)
}

// pollAll blocks until any waiter is ready, or the context's time is over.
func pollAll(ctx context.Context) {
	polled := append([]*waiter{}, waiters...)
	handles := make([]int32, 0, len(polled)+1)
	for _, waiter := range polled {
		handles = append(handles, waiter.pollable)
	}
	if deadline, has := ctx.Deadline(); has {
		timer := hostTimer(uint64(max(time.Until(deadline), 0)))
		defer hostPollableDrop(timer)
		handles = append(handles, timer)
	}
	var result area
	receive(func() { hostPoll(handlesPointer(handles), uint32(len(handles)), result.pointer()) }, func() {
		listAt(result.uint32(0), result.uint32(4), 4, func(item []byte) {
			if index := word(item, 0); int(index) < len(polled) {
				polled[index].ready = true
			}
		})
	})
}
