using System.Globalization;

namespace LlmSpell.Bench;

/// <summary>Figures as people read them, to three digits.</summary>
internal static class Figures
{
    internal static string Seconds(double seconds) => seconds switch
    {
        0 => "0 s",
        < 1e-6 => Digits(seconds * 1e9) + " ns",
        < 1e-3 => Digits(seconds * 1e6) + " µs",
        < 1 => Digits(seconds * 1e3) + " ms",
        < 600 => Digits(seconds) + " s",
        _ => Digits(seconds / 60) + " min",
    };

    /// <summary>A power of ten of seconds.</summary>
    internal static string Decade(double seconds) => seconds switch
    {
        < 0.5e-6 => Short(seconds * 1e9) + " ns",
        < 0.5e-3 => Short(seconds * 1e6) + " µs",
        < 0.5 => Short(seconds * 1e3) + " ms",
        _ => Short(seconds) + " s",
    };

    /// <summary>In MiB; memory and files.</summary>
    internal static string MiB(double bytes) => bytes == 0 ? "0" : Digits(bytes / (1 << 20));

    internal static string Bytes(double bytes) => bytes switch
    {
        < 1 << 10 => Digits(bytes) + " B",
        < 1 << 20 => Digits(bytes / (1 << 10)) + " KiB",
        < 1 << 30 => Digits(bytes / (1 << 20)) + " MiB",
        _ => Digits(bytes / (1 << 30)) + " GiB",
    };

    internal static string Count(long number) => number.ToString("#,0", CultureInfo.InvariantCulture);

    /// <summary>10k, 1M.</summary>
    internal static string ShortCount(double number) => number switch
    {
        >= 1e6 => Short(number / 1e6) + "M",
        >= 1e3 => Short(number / 1e3) + "k",
        _ => Short(number),
    };

    internal static string Times(double ratio) => Digits(ratio) + " ×";

    /// <summary>As short as it can be: 3, 3.5.</summary>
    internal static string Short(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);

    internal static string Digits(double value)
    {
        double size = Math.Abs(value);
        string format = size >= 99.95 ? "#,0" : size >= 9.995 ? "0.0" : size >= 0.995 ? "0.00" : size >= 0.0995 ? "0.000" : "0.0000";
        string text = value.ToString(format, CultureInfo.InvariantCulture);
        // "1.00" says how exact it is; "0.0000" does not.
        return size == 0 ? "0" : size < 0.00005 ? value.ToString("0.0e0", CultureInfo.InvariantCulture) : text;
    }
}
