"use client";

import { lexer, type Token, type Tokens } from "marked";
import { memo, type ReactNode } from "react";

/**
 * The Markdown of a reply as React elements. Text of others (task titles, a model's words) can't become markup: HTML is
 * shown as the text that it is, links lead only to web and mail addresses, and pictures are not loaded.
 */
const SAFE_LINK = /^(?:https?:\/\/|mailto:)/i;

function inline(tokens: readonly Token[] | undefined): ReactNode {
  return tokens?.map((token, index) => <Inline key={index} token={token} />);
}

function Inline({ token }: { token: Token }): ReactNode {
  switch (token.type) {
    case "strong":
      return <strong className="font-semibold">{inline(token.tokens)}</strong>;
    case "em":
      return <em>{inline(token.tokens)}</em>;
    case "del":
      return <del>{inline(token.tokens)}</del>;
    case "codespan":
      return <code>{token.text as string}</code>;
    case "br":
      return <br />;
    case "link":
      return SAFE_LINK.test(token.href as string) ? (
        <a href={token.href as string} target="_blank" rel="noopener noreferrer nofollow">
          {inline(token.tokens)}
        </a>
      ) : (
        <>{inline(token.tokens)}</>
      );
    case "escape":
      return token.text as string;
    case "image":
      return (token.text as string) || token.raw;
    default:
      return token.type !== "html" && "tokens" in token && token.tokens ? inline(token.tokens) : plain(token);
  }
}

function plain(token: Token): string {
  return token.type === "text" && "text" in token ? (token.text as string) : token.raw;
}

function Item({ item }: { item: Tokens.ListItem }) {
  return (
    <li>
      {item.task && (item.checked ? "☑ " : "☐ ")}
      {item.tokens.map((token, index) =>
        token.type === "text" ? (
          <Inline key={index} token={token} />
        ) : token.type === "checkbox" ? null : (
          <Block key={index} token={token} />
        ),
      )}
    </li>
  );
}

function Block({ token }: { token: Token }): ReactNode {
  switch (token.type) {
    case "space":
    case "def":
      return null;
    case "heading":
      return <p className="font-semibold">{inline(token.tokens)}</p>;
    case "list": {
      const list = token as Tokens.List;
      const rows = list.items.map((item, index) => <Item key={index} item={item} />);
      return list.ordered ? <ol start={list.start === "" ? 1 : list.start}>{rows}</ol> : <ul>{rows}</ul>;
    }
    case "code":
      return (
        <pre tabIndex={0}>
          <code>{token.text as string}</code>
        </pre>
      );
    case "blockquote":
      return <blockquote>{blocks(token.tokens)}</blockquote>;
    case "hr":
      return <hr className="border-line" />;
    case "table": {
      const table = token as Tokens.Table;
      return (
        <div className="overflow-x-auto" tabIndex={0}>
          <table className="text-sm [&_:is(td,th)]:pe-4 [&_:is(td,th)]:text-start">
            <thead>
              <tr>
                {table.header.map((cell, index) => (
                  <th key={index} scope="col">
                    {inline(cell.tokens)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {table.rows.map((row, at) => (
                <tr key={at}>
                  {row.map((cell, index) => (
                    <td key={index}>{inline(cell.tokens)}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      );
    }
    default:
      return (
        <p>
          <Inline token={token} />
        </p>
      );
  }
}

function blocks(tokens: readonly Token[] | undefined): ReactNode {
  return tokens?.map((token, index) => <Block key={index} token={token} />);
}

export const Markdown = memo(function Markdown({ text }: { text: string }) {
  return <div className="markdown">{blocks(lexer(text, { gfm: true, breaks: true }))}</div>;
});
