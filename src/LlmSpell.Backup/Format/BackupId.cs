using System.Globalization;
using System.Security.Cryptography;

namespace LlmSpell.Backup;

/// <summary>
/// Names one backup: 1–64 of the characters a–z, 0–9 and the hyphen, so that it is safe as a file name anywhere.
/// </summary>
public readonly record struct BackupId
{
    private const string RandomAlphabet = "0123456789abcdefghjkmnpqrstvwxyz";

    private readonly string? _value;

    private BackupId(string value)
    {
        _value = value;
    }

    /// <summary>The id as text.</summary>
    public string Value => _value ?? throw new InvalidOperationException("This BackupId was never given a value.");

    /// <summary>Reads an id; false if the text cannot be one.</summary>
    public static bool TryParse(string? text, out BackupId id)
    {
        bool valid = RepositoryName.IsValid(text);
        id = valid ? new BackupId(text!) : default;
        return valid;
    }

    /// <summary>
    /// A new id: the moment, for people, and 40 random bits, so that two made in one second differ. Nothing is ever
    /// ordered by it: clocks run backwards.
    /// </summary>
    internal static BackupId New(DateTimeOffset moment)
    {
        string random = RandomNumberGenerator.GetString(RandomAlphabet, 8);
        return new BackupId(moment.UtcDateTime.ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture) + "-" + random);
    }

    /// <summary>Refuses a list of ids with a null in it.</summary>
    /// <exception cref="ArgumentException">One of them is null.</exception>
    internal static IReadOnlyCollection<string>? NoneNull(IReadOnlyCollection<string>? value) => value?.Any(static id => id is null) == true
        ? throw new ArgumentException("One of the ids is null; ids are those that BackupService.ListAsync gives.", nameof(value))
        : value;

    /// <inheritdoc/>
    public override string ToString() => _value ?? "";
}
