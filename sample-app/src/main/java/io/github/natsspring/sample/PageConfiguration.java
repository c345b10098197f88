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

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Configuration;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/** The page, and who may use it. */
@Configuration(proxyBeanMethods = false)
@EnableScheduling
class PageConfiguration implements WebMvcConfigurer {

	private final boolean remoteOperations;

	PageConfiguration(@Value("${orders.remote-operations}") boolean remoteOperations) {
		this.remoteOperations = remoteOperations;
	}

	@Override
	public void addInterceptors(InterceptorRegistry registry) {
		if (!this.remoteOperations) {
			registry.addInterceptor(new LocalOnly()).addPathPatterns("/events", "/operations/**");
		}
		registry.addInterceptor(new PageHeaders()).addPathPatterns("/", "/index.html");
	}

	/** Nothing from elsewhere in the page, and the page in no frame of others. */
	private static final class PageHeaders implements HandlerInterceptor {

		@Override
		public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) {
			response.setHeader("Content-Security-Policy",
					"default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'");
			response.setHeader("X-Content-Type-Options", "nosniff");
			response.setHeader("Referrer-Policy", "no-referrer");
			return true;
		}

	}

}
