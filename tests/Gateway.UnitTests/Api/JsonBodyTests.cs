using System.ComponentModel.DataAnnotations;
using System.Text;
using System.Text.Json.Serialization;
using Gateway.Api.Requests;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using NUnit.Framework;

namespace Gateway.UnitTests.Api;

internal sealed class JsonBodyTests
{
    [Test]
    public async Task A_valid_body_is_read_as_its_record()
    {
        var body = await Read("""{"user_id":42,"note":"n"}""");

        Assert.That(body.TryGet(out var value, out _));
        Assert.That(value, Is.EqualTo(new Request { UserId = "42", Note = "n" }));
    }

    [TestCase("""{}""", "user_id", "The user_id field is required.")]
    [TestCase("""{"user_id":""}""", "user_id", "The user_id field is required.")]
    [TestCase("""{"user_id":"a\nb"}""", "user_id", "The field user_id must be a user id: 1 to 256 visible characters.")]
    [TestCase("""{"user_id":"a","note":"too long"}""", "note", "The field note must be a string with a maximum length of 3.")]
    [TestCase("""{"user_id":"a","note":"x"}""", "note", "Not x.")]
    [TestCase("""{"user_id":true}""", "user_id", "The field user_id must be a string or a number.")]
    [TestCase("""{"user_id":"a","note":{"a":1}}""", "note", "The field note must be a string.")]
    [TestCase("", "body", "This is not the JSON that is expected here (near line 1, byte 0).")]
    [TestCase("""{"user_id":"a","user_id":"b"}""", "user_id", "The field user_id appears twice.")]
    [TestCase("""{"user_id":"a","note":tru}""", "note", "This is not the JSON that is expected here (near line 1, byte 25).")]
    [TestCase("null", "body", "A JSON object is expected.")]
    [TestCase("""{"user_id":"a","nota":"b"}""", "nota", "The field nota is unknown; is note meant?")]
    [TestCase("""{"user_id":"a","userid":[1]}""", "userid", "The field userid is unknown; is user_id meant?")]
    [TestCase("""{"user_id":"a","another one":{"a":1}}""", "another one", "The field another one is unknown; known are user_id, note.")]
    [TestCase("""{"user_id":"a","it's.[x]":1}""", "it's.[x]", "The field it's.[x] is unknown; known are user_id, note.")]
    [TestCase("""{"$type":"a"}""", "$type", "The field $type is unknown; known are user_id, note.")]
    public async Task Errors_are_reported_under_the_name_in_the_JSON(string json, string field, string text)
    {
        var body = await Read(json);

        Assert.That(body.TryGet(out _, out var problem), Is.False);
        Assert.That(((ProblemHttpResult)problem!).ProblemDetails, Is.InstanceOf<HttpValidationProblemDetails>());
        var errors = ((HttpValidationProblemDetails)((ProblemHttpResult)problem!).ProblemDetails).Errors;
        Assert.That(errors[field], Is.EqualTo(new[] { text }));
        Assert.That(errors, Has.Count.EqualTo(1));
    }

    [TestCase("""{"user_id":"a","user_id":"b"}""")]
    [TestCase("""{"user_id":"a","USER_ID":"b"}""")]
    public async Task A_duplicate_name_is_refused(string json) => Assert.That((await Read(json)).Problem, Is.Not.Null);

    private static Task<Body<Request>> Read(string json)
    {
        var context = new DefaultHttpContext();
        context.Request.Body = new MemoryStream(Encoding.UTF8.GetBytes(json));
        return JsonBody.ReadAsync<Request>(context.Request);
    }

    private sealed record Request : IValidatableObject
    {
        [Required]
        [UserId]
        [JsonConverter(typeof(TextOrNumber))]
        public string? UserId { get; init; }

        [StringLength(3)]
        public string? Note { get; init; }

        public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
        {
            if (Note == "x") yield return new("Not x.", ["note"]);
        }
    }
}
