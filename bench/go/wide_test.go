package bench

import (
	"runtime"
	"testing"
)

func benchWideSelects(b *testing.B) {
	b.Run("select/ready/16", wideReady)
	b.Run("select/blocked/16", wideBlocked)
}

const wide = 16

type channels [wide]chan int

func makeChannels(capacity int) (made channels) {
	for i := range made {
		made[i] = make(chan int, capacity)
	}
	return made
}

// receive is a select over all, written out as Go wants it.
func (from *channels) receive() int {
	select {
	case value := <-from[0]:
		return value
	case value := <-from[1]:
		return value
	case value := <-from[2]:
		return value
	case value := <-from[3]:
		return value
	case value := <-from[4]:
		return value
	case value := <-from[5]:
		return value
	case value := <-from[6]:
		return value
	case value := <-from[7]:
		return value
	case value := <-from[8]:
		return value
	case value := <-from[9]:
		return value
	case value := <-from[10]:
		return value
	case value := <-from[11]:
		return value
	case value := <-from[12]:
		return value
	case value := <-from[13]:
		return value
	case value := <-from[14]:
		return value
	case value := <-from[15]:
		return value
	}
}

func wideReady(b *testing.B) {
	from, sum := makeChannels(1), 0
	for i := 0; i < b.N; i++ {
		from[i%wide] <- i
		sum += from.receive()
	}
	b.StopTimer()
	expect(b, "sum of what was selected", sum, b.N*(b.N-1)/2)
}

func wideBlocked(b *testing.B) {
	here, there := makeChannels(0), makeChannels(0)
	turns := (b.N + 1) / 2 // of two selects each
	sums := make(chan int)
	go func() {
		sum := 0
		for i := 0; i < turns; i++ {
			value := there.receive()
			sum += value
			here[i%wide] <- value
		}
		sums <- sum
	}()
	runtime.Gosched() // the other side parks first
	sum := 0
	for i := 0; i < turns; i++ {
		there[i%wide] <- i
		sum += here.receive()
	}
	b.StopTimer()
	expect(b, "sum of what was selected", sum+<-sums, turns*(turns-1))
}
