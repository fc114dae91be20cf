"use client";

/**
 * Markdown as React elements: no HTML is ever set, so whatever a task or a reply says stays text. Raw HTML is shown as
 * written, links go to http(s) and mail addresses only, pictures become links. Loaded when the first text needs it.
 */
import { lexer, type Token, type Tokens } from "marked";
import { Fragment, useMemo, type ReactNode } from "react";

const SAFE_LINK = /^(https?:\/\/|mailto:)/i;

function plain(text: string): string {
  return text
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&#39;", "'")
    .replaceAll("&amp;", "&");
}

function Link({ href, children }: { href: string; children: ReactNode }) {
  if (!SAFE_LINK.test(href)) return <>{children}</>;
  return (
    <a href={href} target="_blank" rel="noopener noreferrer nofollow">
      {children}
    </a>
  );
}

function Heading({ token }: { token: Tokens.Heading }) {
  // Below the page's own headings, whatever level was written.
  return <p className="font-semibold">{inside(token.tokens)}</p>;
}

function List({ token }: { token: Tokens.List }) {
  const items = token.items.map((item, index) => (
    <li key={index}>
      {item.task && (
        <input type="checkbox" readOnly disabled checked={item.checked ?? false} className="me-2" />
      )}
      {inside(item.tokens.filter((part) => part.type !== "checkbox"))}
    </li>
  ));
  return token.ordered ? <ol start={Number(token.start) || 1}>{items}</ol> : <ul>{items}</ul>;
}

function Table({ token }: { token: Tokens.Table }) {
  return (
    <div tabIndex={0} className="overflow-x-auto">
      <table className="text-sm [&_:is(td,th)]:pe-4 [&_:is(td,th)]:text-start">
        <thead>
          <tr>
            {token.header.map((cell, index) => (
              <th key={index} scope="col" className="font-semibold">
                {inside(cell.tokens)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {token.rows.map((row, at) => (
            <tr key={at}>
              {row.map((cell, index) => (
                <td key={index}>{inside(cell.tokens)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Piece({ token }: { token: Token }): ReactNode {
  switch (token.type) {
    case "space":
    case "def":
      return null;
    case "paragraph":
      return <p>{inside(token.tokens)}</p>;
    case "heading":
      return <Heading token={token as Tokens.Heading} />;
    case "list":
      return <List token={token as Tokens.List} />;
    case "blockquote":
      return <blockquote>{inside(token.tokens)}</blockquote>;
    case "code":
      return (
        <pre>
          <code>{(token as Tokens.Code).text}</code>
        </pre>
      );
    case "codespan":
      return <code>{plain((token as Tokens.Codespan).text)}</code>;
    case "strong":
      return <strong className="font-semibold">{inside(token.tokens)}</strong>;
    case "em":
      return <em>{inside(token.tokens)}</em>;
    case "del":
      return <del>{inside(token.tokens)}</del>;
    case "br":
      return <br />;
    case "hr":
      return <hr className="border-line" />;
    case "table":
      return <Table token={token as Tokens.Table} />;
    case "link":
      return <Link href={(token as Tokens.Link).href}>{inside(token.tokens)}</Link>;
    case "image":
      return <Link href={(token as Tokens.Image).href}>{(token as Tokens.Image).text}</Link>;
    case "escape":
      return plain((token as Tokens.Escape).text);
    case "text": {
      const text = token as Tokens.Text;
      return text.tokens ? inside(text.tokens) : plain(text.text);
    }
    default:
      return token.raw;
  }
}

function inside(tokens: Token[] | undefined): ReactNode {
  return (tokens ?? []).map((token, index) => (
    <Fragment key={index}>
      <Piece token={token} />
    </Fragment>
  ));
}

export default function Markdown({ text }: { text: string }) {
  const tokens = useMemo(() => lexer(text, { gfm: true, breaks: true }), [text]);
  return <div className="markdown">{inside(tokens)}</div>;
}
