using System.Globalization;
using System.Security;
using System.Text;

namespace LlmSpell.Bench;

/// <summary>Puts an SVG picture together. It has its own background and follows the reader's light or dark scheme; lengths are pixels.</summary>
internal sealed class SvgDrawing
{
    private const string Style =
        """
        text { font-family: -apple-system, "Segoe UI", "DejaVu Sans", Helvetica, Arial, sans-serif; font-size: 12px; fill: #1f2328; }
        .title { font-size: 16px; font-weight: 600; } .panel { font-size: 13px; font-weight: 600; } .muted { fill: #59636e; font-size: 11px; } .strong { font-weight: 600; }
        .back { fill: #ffffff; } .grid { stroke: #d9dee3; stroke-width: 1; } .axis { stroke: #59636e; stroke-width: 1; } .guide { stroke: #59636e; stroke-width: 1; stroke-dasharray: 2 4; }
        .spread { stroke: #1f2328; stroke-width: 1.5; }
        .ours { fill: #0969da; } .peer { fill: #aeb6bf; } .reference { fill: none; stroke: #7d8792; stroke-width: 1; stroke-dasharray: 3 2; }
        .line { fill: none; stroke-width: 2; }
        .c0 { stroke: #0969da; } .c1 { stroke: #bc4c00; } .c2 { stroke: #1a7f37; } .c3 { stroke: #8250df; } .c4 { stroke: #a40e26; } .c5 { stroke: #6e7781; }
        .f0 { fill: #0969da; } .f1 { fill: #bc4c00; } .f2 { fill: #1a7f37; } .f3 { fill: #8250df; } .f4 { fill: #a40e26; } .f5 { fill: #6e7781; }
        @media (prefers-color-scheme: dark) {
        text { fill: #e6edf3; } .muted { fill: #9198a1; } .back { fill: #0d1117; } .grid { stroke: #2f353d; } .axis, .guide { stroke: #9198a1; } .spread { stroke: #e6edf3; }
        .ours { fill: #4493f8; } .peer { fill: #565e68; } .reference { stroke: #8b949e; }
        .c0 { stroke: #4493f8; } .c1 { stroke: #f0883e; } .c2 { stroke: #3fb950; } .c3 { stroke: #ab7df8; } .c4 { stroke: #ff7b72; } .c5 { stroke: #8b949e; }
        .f0 { fill: #4493f8; } .f1 { fill: #f0883e; } .f2 { fill: #3fb950; } .f3 { fill: #ab7df8; } .f4 { fill: #ff7b72; } .f5 { fill: #8b949e; }
        }
        """;

    private readonly StringBuilder _body = new();

    internal void Text(double x, double y, string text, string style = "", string anchor = "start") =>
        Add($"<text x=\"{x:0.#}\" y=\"{y:0.#}\" class=\"{style}\" text-anchor=\"{anchor}\">{Escape(text)}</text>");

    internal void Line(double x1, double y1, double x2, double y2, string style) =>
        Add($"<line x1=\"{x1:0.#}\" y1=\"{y1:0.#}\" x2=\"{x2:0.#}\" y2=\"{y2:0.#}\" class=\"{style}\"/>");

    internal void Box(double x, double y, double width, double height, string style) =>
        Add($"<rect x=\"{x:0.#}\" y=\"{y:0.#}\" width=\"{Math.Max(0, width):0.##}\" height=\"{height:0.#}\" class=\"{style}\"/>");

    internal void Dot(double x, double y, string style) => Add($"<circle cx=\"{x:0.#}\" cy=\"{y:0.#}\" r=\"3.5\" class=\"{style}\"/>");

    internal void Polyline(IEnumerable<(double X, double Y)> points, string style) => Add(
        $"<polyline points=\"{string.Join(' ', points.Select(static p => string.Create(CultureInfo.InvariantCulture, $"{p.X:0.#},{p.Y:0.#}")))}\" class=\"{style}\"/>");

    /// <param name="width">Of the picture.</param>
    /// <param name="height">Of the picture.</param>
    /// <param name="title">What it is, for readers that cannot see it.</param>
    /// <param name="description">What it shows, for them.</param>
    internal string ToSvg(double width, double height, string title, string description) => string.Create(
        CultureInfo.InvariantCulture,
        $"""
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:0} {height:0}" width="{width:0}" height="{height:0}" role="img" aria-labelledby="title desc">
        <title id="title">{Escape(title)}</title>
        <desc id="desc">{Escape(description)}</desc>
        <style>
        {Style}
        </style>
        <rect width="{width:0}" height="{height:0}" class="back"/>
        {_body}</svg>
        """);

    private void Add(FormattableString element) => _body.Append(element.ToString(CultureInfo.InvariantCulture)).Append('\n');

    private static string Escape(string text) => SecurityElement.Escape(text);
}
