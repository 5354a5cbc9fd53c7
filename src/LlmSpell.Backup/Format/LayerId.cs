using System.Security.Cryptography;

namespace LlmSpell.Backup;

/// <summary>Names one layer: random, chosen before its first block is written. Same characters as a <see cref="BackupId"/>.</summary>
public readonly record struct LayerId
{
    private readonly string? _value;

    private LayerId(string value)
    {
        _value = value;
    }

    /// <summary>The id as text.</summary>
    public string Value => _value ?? throw new InvalidOperationException("This LayerId was never given a value.");

    /// <summary>Reads an id; false if the text cannot be one.</summary>
    public static bool TryParse(string? text, out LayerId id)
    {
        bool valid = RepositoryName.IsValid(text);
        id = valid ? new LayerId(text!) : default;
        return valid;
    }

    /// <summary>A new id of 128 random bits.</summary>
    internal static LayerId New() => new(RandomNumberGenerator.GetHexString(32, lowercase: true));

    /// <inheritdoc/>
    public override string ToString() => _value ?? "";
}
