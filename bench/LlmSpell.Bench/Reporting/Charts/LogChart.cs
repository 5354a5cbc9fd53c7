namespace LlmSpell.Bench;

/// <summary>Lines over two logarithmic axes, each line named at its end. What grows in proportion is a straight line as steep as the dotted guides.</summary>
internal sealed class LogChart(string title, string subtitle, string xTitle, IReadOnlyList<LineSeries> series)
{
    private const double Width = 900;
    private const double Height = 484;
    private const double Left = 78;
    private const double Right = 280;
    private const double Top = 80;
    private const double Bottom = 56;
    private const double LabelHeight = 16;

    private readonly LogAxis _x = LogAxis.Of(series.SelectMany(static line => line.Points.Select(static point => point.X)), Left, Width - Right);
    private readonly LogAxis _y = LogAxis.Of(series.SelectMany(static line => line.Points.Select(static point => point.Y)), Height - Bottom, Top);

    internal string ToSvg()
    {
        SvgDrawing drawing = new();
        drawing.Text(16, 26, title, "title");
        drawing.Text(16, 45, subtitle, "muted");
        Axes(drawing);
        Guides(drawing);
        double[] labels = LabelPositions();
        for (int i = 0; i < series.Count; i++)
        {
            string colour = i.ToString(System.Globalization.CultureInfo.InvariantCulture);
            LineSeries line = series[i];
            drawing.Polyline(line.Points.Select(point => (_x.At(point.X), _y.At(point.Y))), "line c" + colour);
            foreach ((double x, double y) in line.Points)
            {
                drawing.Dot(_x.At(x), _y.At(y), "f" + colour);
            }

            (double lastX, double lastY) = line.Points[^1];
            double end = _x.At(lastX) + 12;
            if (Math.Abs(labels[i] - _y.At(lastY)) > 2)
            {
                drawing.Line(_x.At(lastX) + 4, _y.At(lastY), end - 1, labels[i], "c" + colour);
            }

            drawing.Text(end + 2, labels[i] + 4, $"{line.Name}: {Figures.Seconds(lastY)}", "f" + colour);
        }

        string description = string.Join(" ", series.Select(static line =>
            $"{line.Name}: {string.Join(", ", line.Points.Select(static point => $"{Figures.Seconds(point.Y)} at {Figures.ShortCount(point.X)}"))}."));
        return drawing.ToSvg(Width, Height, title, description);
    }

    private void Axes(SvgDrawing drawing)
    {
        foreach (double tick in _x.Decades)
        {
            drawing.Line(_x.At(tick), Top, _x.At(tick), Height - Bottom, "grid");
            drawing.Text(_x.At(tick), Height - Bottom + 18, Figures.ShortCount(tick), "", "middle");
        }

        foreach (double tick in _y.Decades)
        {
            drawing.Line(Left, _y.At(tick), Width - Right, _y.At(tick), "grid");
            drawing.Text(Left - 8, _y.At(tick) + 4, Figures.Decade(tick), "", "end");
        }

        drawing.Line(Left, Height - Bottom, Width - Right, Height - Bottom, "axis");
        drawing.Line(Left, Top, Left, Height - Bottom, "axis");
        drawing.Text((Left + Width - Right) / 2, Height - 16, xTitle, "muted", "middle");
        drawing.Text(Left - 8, Top - 13, "time", "muted", "end");
    }

    // Through each corner where decades cross on the left and bottom edges, as steep as "in proportion".
    private void Guides(SvgDrawing drawing)
    {
        double end = _x.Most;
        foreach (double start in _y.Decades)
        {
            double width = Math.Min(end / _x.Least, _y.Most / start);
            if (width > 1)
            {
                drawing.Line(_x.At(_x.Least), _y.At(start), _x.At(_x.Least * width), _y.At(start * width), "guide");
            }
        }
    }

    /// <summary>As near to the lines' ends as they can be without covering each other.</summary>
    private double[] LabelPositions()
    {
        double[] positions = new double[series.Count];
        double last = double.NegativeInfinity;
        foreach (int i in Enumerable.Range(0, series.Count).OrderBy(i => _y.At(series[i].Points[^1].Y)))
        {
            positions[i] = Math.Max(_y.At(series[i].Points[^1].Y), last + LabelHeight);
            last = positions[i];
        }

        // What was pushed below the picture moves the others up again.
        double limit = Height - Bottom;
        foreach (int i in Enumerable.Range(0, series.Count).OrderByDescending(i => positions[i]))
        {
            positions[i] = Math.Min(positions[i], limit);
            limit = positions[i] - LabelHeight;
        }

        return positions;
    }
}
