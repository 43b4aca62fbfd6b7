package senders

import (
	"context"
	"errors"
)

type priceReply struct {
	price int
	err   error
}

var errUnknownArticle = errors.New("unknown article")

func lookUp(article int) (int, error) {
	if article == 0 {
		return 0, errUnknownArticle
	}
	return article * 100, nil
}

// DoubleSend returns with the error: one answer for one question.
func DoubleSend(ctx context.Context) {
	replies := make(chan priceReply)
	go func() {
		price, err := lookUp(0)
		if err != nil {
			replies <- priceReply{err: err}
			return // the cure
		}
		replies <- priceReply{price: price + 19}
	}()

	<-replies
}
