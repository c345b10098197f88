/*
 * Copyright 2026-present the original author or authors.
 *
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * You may obtain a copy of the License at
 *
 *      https://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software
 * distributed under the License is distributed on an "AS IS" BASIS,
 * WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
 * See the License for the specific language governing permissions and
 * limitations under the License.
 */

package io.github.natsspring.sample;

import java.io.IOException;

import io.github.natsspring.connection.NatsException;
import io.github.natsspring.deadletter.DeadLetterException;
import io.nats.client.JetStreamApiException;
import org.apache.commons.logging.LogFactory;

import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;

/** What failed behind a call; not behind a stream, whose reader may just have left. */
@RestControllerAdvice(assignableTypes = { OrderController.class, OperationsController.class })
class Problems {

	@ExceptionHandler({ NatsException.class, IOException.class, JetStreamApiException.class })
	ProblemDetail unavailable(Exception ex) {
		LogFactory.getLog(Problems.class).warn("A call could not be answered", ex);
		return ProblemDetail.forStatusAndDetail(HttpStatus.SERVICE_UNAVAILABLE, "Try again later");
	}

	@ExceptionHandler
	ProblemDetail notRedriven(DeadLetterException ex) {
		return ProblemDetail.forStatusAndDetail(HttpStatus.CONFLICT, ex.getMessage());
	}

}
