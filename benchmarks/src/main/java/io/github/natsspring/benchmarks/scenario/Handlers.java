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

package io.github.natsspring.benchmarks.scenario;

import java.lang.reflect.Method;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

import io.github.natsspring.listener.Acknowledgment;

import org.springframework.util.ReflectionUtils;

/**
 * The methods of our listeners. Public, as those of a user's bean.
 */
public final class Handlers {

	private final Probe probe;

	private final long pauseNanos;

	Handlers(Probe probe) {
		this(probe, 0);
	}

	Handlers(Probe probe, long pauseNanos) {
		this.probe = probe;
		this.pauseNanos = pauseNanos;
	}

	static Method method(String name) {
		for (Method method : ReflectionUtils.getDeclaredMethods(Handlers.class)) {
			if (method.getName().equals(name)) {
				return method;
			}
		}
		throw new IllegalArgumentException(name);
	}

	/**
	 * Take an order.
	 * @param order the order
	 */
	public void json(Payload.Order order) {
		this.probe.hit();
	}

	/**
	 * Take bytes.
	 * @param body the bytes
	 */
	public void bytes(byte[] body) {
		this.probe.hit();
	}

	/**
	 * Take several orders.
	 * @param orders the orders
	 */
	public void batch(List<Payload.Order> orders) {
		for (int i = 0; i < orders.size(); i++) {
			this.probe.hit();
		}
	}

	/**
	 * Take bytes and acknowledge them.
	 * @param body the bytes
	 * @param acknowledgment acknowledges
	 */
	public void manual(byte[] body, Acknowledgment acknowledgment) {
		acknowledgment.ack();
		this.probe.hit();
	}

	/**
	 * Take bytes, as if a database were asked.
	 * @param body the bytes
	 */
	public void slow(byte[] body) {
		long end = System.nanoTime() + this.pauseNanos;
		for (long left = this.pauseNanos; left > 0; left = end - System.nanoTime()) {
			LockSupport.parkNanos(left);
		}
		this.probe.hit();
	}

	/**
	 * Answer with what came.
	 * @param body the bytes
	 * @return the same
	 */
	public byte[] echo(byte[] body) {
		return body;
	}

}
