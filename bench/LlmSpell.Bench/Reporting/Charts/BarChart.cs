namespace LlmSpell.Bench;

/// <summary>Horizontal bars in panels below each other, each panel with a scale of its own from zero, each bar with its figure.</summary>
/// <param name="title">Of the whole picture.</param>
/// <param name="subtitle">A line below it.</param>
/// <param name="figure">How a value is written, with its unit behind a space.</param>
/// <param name="reference">What the bars of a <see cref="ToolKind.Reference"/> are.</param>
internal sealed class BarChart(string title, string subtitle, Func<double, string> figure, string reference = "a bound, no backup")
{
    private const double Width = 860;
    private const double Left = 190;
    private const double Right = 90;
    private const double Row = 21;
    private const double BarHeight = 14;
    private const double Head = 62;
    private const double PanelHead = 28;
    private const double PanelFoot = 34;

    private readonly List<(string Title, Bar[] Bars)> _panels = [];

    internal void Add(string panel, IEnumerable<Bar> bars)
    {
        Bar[] all = [.. bars];
        if (all.Any(static bar => bar.Most > 0))
        {
            _panels.Add((panel, all));
        }
    }

    internal string ToSvg()
    {
        SvgDrawing drawing = new();
        drawing.Text(16, 26, title, "title");
        drawing.Text(16, 45, subtitle, "muted");
        Legend(drawing);
        double y = Head;
        foreach ((string name, Bar[] bars) in _panels)
        {
            y = Draw(drawing, name, bars, y);
        }

        string description = string.Join(" ", _panels.Select(panel =>
            $"{panel.Title}: {string.Join(", ", panel.Bars.Select(bar => $"{bar.Label} {figure(bar.Value)}"))}."));
        return drawing.ToSvg(Width, y + 4, title, description);
    }

    private void Legend(SvgDrawing drawing)
    {
        double x = Width - 322;
        foreach ((string style, string text, double width) in (ReadOnlySpan<(string, string, double)>)[("ours", "llmspell", 78), ("peer", "another tool", 100), ("reference", reference, 0)])
        {
            drawing.Box(x, 17, 12, 10, style);
            drawing.Text(x + 17, 26, text, "muted");
            x += width;
        }
    }

    private double Draw(SvgDrawing drawing, string name, Bar[] bars, double top)
    {
        double step = NiceStep(bars.Max(static bar => bar.Most) / 4);
        double largest = step * Math.Ceiling(bars.Max(static bar => bar.Most) / step);
        double scale = (Width - Left - Right) / largest;
        double first = top + PanelHead;
        double bottom = first + (bars.Length * Row);
        drawing.Text(16, top + 18, name, "panel");
        for (int tick = 0; tick * step <= largest * 1.0001; tick++)
        {
            double x = Left + (tick * step * scale);
            drawing.Line(x, first, x, bottom, "grid");
            drawing.Text(x, bottom + 14, Tick(tick * step), "muted", "middle");
        }

        for (int i = 0; i < bars.Length; i++)
        {
            Bar bar = bars[i];
            double y = first + (i * Row) + ((Row - BarHeight) / 2);
            double middle = y + (BarHeight / 2);
            string style = bar.Kind switch { ToolKind.Ours => "ours", ToolKind.Peer => "peer", _ => "reference" };
            drawing.Text(Left - 8, middle + 4, bar.Label, bar.Kind == ToolKind.Ours ? "strong" : "", "end");
            drawing.Box(Left, y, bar.Value * scale, BarHeight, style);
            drawing.Line(Left + (bar.Least * scale), middle, Left + (bar.Most * scale), middle, "spread");
            drawing.Text(Left + (bar.Most * scale) + 6, middle + 4, figure(bar.Value), bar.Kind == ToolKind.Ours ? "strong" : "");
        }

        drawing.Line(Left, first, Left, bottom, "axis");
        return bottom + PanelFoot;
    }

    // "2 s" and "1.5 s" rather than "2.00 s" and "1.50 s".
    private string Tick(double value)
    {
        string[] parts = figure(value).Split(' ');
        return string.Join(' ', [parts[0].Contains('.', StringComparison.Ordinal) ? parts[0].TrimEnd('0').TrimEnd('.') : parts[0], .. parts[1..]]);
    }

    // 1, 2 or 5 times a power of ten.
    private static double NiceStep(double step)
    {
        double power = Math.Pow(10, Math.Floor(Math.Log10(step)));
        double factor = step / power;
        return power * (factor <= 1 ? 1 : factor <= 2 ? 2 : factor <= 5 ? 5 : 10);
    }
}
