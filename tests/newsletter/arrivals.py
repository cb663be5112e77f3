"""Mails that came to a newsletter's addresses, as mail systems and people write them. ``{to}`` is the return path."""

from __future__ import annotations

POSTFIX = """\
Return-Path: <>
Delivered-To: {to}
Received: by mx.example.net (Postfix) id 4T; Mon, 22 Jan 2024 10:00:00 +0000 (UTC)
From: MAILER-DAEMON@mx.example.net (Mail Delivery System)
To: {to}
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
\tboundary="B1.1705917600/mx.example.net"

This is a MIME-encapsulated message.

--B1.1705917600/mx.example.net
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.

--B1.1705917600/mx.example.net
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.net
X-Postfix-Sender: rfc822; {to}

Final-Recipient: rfc822; reader@example.com
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 5.1.1 <reader@example.com>: Recipient address rejected:
    User unknown

--B1.1705917600/mx.example.net
Content-Type: message/rfc822

Subject: The letter
Content-Type: text/plain

Status: 5.1.1
--B1.1705917600/mx.example.net--
"""

EXCHANGE = """\
From: postmaster@example.onmicrosoft.com
To: {to}
Subject: =?utf-8?B?0J3QtSDQtNC+0YHRgtCw0LLQu9C10L3Qvg==?=
Content-Type: multipart/report; report-type=delivery-status; boundary="x"
Auto-Submitted: auto-replied

--x
Content-Type: multipart/alternative; boundary="y"

--y
Content-Type: text/plain; charset="utf-8"
Content-Transfer-Encoding: base64

0J3QtSDQtNC+0YHRgtCw0LLQu9C10L3Qvg==
--y--
--x
Content-Type: message/delivery-status

Reporting-MTA: dns;MAIL.example.com

Final-recipient: rfc822;reader@example.com
Action: failed
Status: 5.0.0
Diagnostic-Code: smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found
--x--
"""

ENCODED = """\
From: mailer-daemon@example.com
To: {to}
Content-Type: multipart/report; boundary=x

--x
Content-Type:
 message/global-delivery-status
Content-Transfer-Encoding: base64

UmVwb3J0aW5nLU1UQTogZG5zOyBhCgpBY3Rpb246IGZhaWxlZApTdGF0dXM6IDUuMi4xCg==
--x--
"""

QMAIL = """\
Return-Path: <>
Date: 22 Jan 2024 10:00:00 -0000
From: MAILER-DAEMON@example.com
To: {to}
Subject: failure notice

Hi. This is the qmail-send program at example.com.
I'm afraid I wasn't able to deliver your message to the following addresses.

<reader@example.com>:
192.0.2.4 does not like recipient.
Remote host said: 550 5.1.1 no mailbox here by that name
Giving up on 192.0.2.4.
"""

EXIM = """\
Return-path: <>
X-Failed-Recipients: reader@example.com
Auto-Submitted: auto-replied
From: Mail Delivery System <Mailer-Daemon@example.com>
To: {to}
Subject: Mail delivery failed: returning message to sender

A message that you sent could not be delivered to one or more of its recipients.

  reader@example.com
    (generated from 5.1.1.1 with exim 4.97.1)
    mailbox is full: retry timeout exceeded
"""

VACATION = """\
Return-Path: <>
From: Reader <reader@example.com>
To: {to}
Subject: Out of office: The letter
Auto-Submitted: auto-replied (vacation)

I am away until 5.1.2025; the code of my room is 550 5.1.1.
"""

AWAY = """\
Return-Path: <>
From: Reader <reader@example.com>
To: {to}
Subject: Automatic reply: The letter
Auto-Submitted: auto-generated
X-Auto-Response-Suppress: All

I am away until 5.1.2025, and my telephone is 5.1.1.
"""

ANSWER = """\
Return-Path: <reader@example.com>
From: Reader <reader@example.com>
To: newsletter@example.org
Subject: Re: Situation in Arcadia

Thank you!
"""
