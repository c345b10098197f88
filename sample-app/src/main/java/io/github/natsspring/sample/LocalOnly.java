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

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Set;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.http.HttpStatus;
import org.springframework.http.server.ServletServerHttpRequest;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.util.WebUtils;

/**
 * Answers browsers and tools of this machine, and neither what a proxy forwards, nor the
 * pages of others that a browser of this machine shows.
 */
class LocalOnly implements HandlerInterceptor {

	private static final List<String> FORWARDED = List.of("Forwarded", "X-Forwarded-For", "X-Forwarded-Host",
			"X-Real-IP");

	// Another name for this machine may be that of a page which wants to get at it
	private static final Set<String> NAMES = Set.of("localhost", "127.0.0.1", "[::1]", "::1");

	@Override
	public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) {
		if (!isLocal(request)) {
			throw new ResponseStatusException(HttpStatus.FORBIDDEN,
					"Only for browsers on the machine that the application runs on (orders.remote-operations)");
		}
		return true;
	}

	private static boolean isLocal(HttpServletRequest request) {
		return isLoopback(request.getRemoteAddr()) && NAMES.contains(request.getServerName())
				&& FORWARDED.stream().allMatch((name) -> request.getHeader(name) == null)
				&& !"cross-site".equals(request.getHeader("Sec-Fetch-Site"))
				&& WebUtils.isSameOrigin(new ServletServerHttpRequest(request));
	}

	private static boolean isLoopback(String address) {
		try {
			// An address, so that nothing is looked up
			return InetAddress.getByName(address).isLoopbackAddress();
		}
		catch (UnknownHostException ex) {
			return false;
		}
	}

}
